// Texts in the user's language. Each area of the app has a file a language, which is loaded with it: texts/<language>/<area>.json.

import { read, write } from './storage.js'

export const LANGUAGES = /** @type {const} */ ({ en: 'English', hi: 'हिन्दी', de: 'Deutsch' })

/** @typedef {keyof typeof LANGUAGES} Language */

/** @type {Record<string, string>} */
const texts = {}
/** @type {Map<string, Promise<void>>} */
const loaded = new Map()

/** @type {Language} */
export const language = chosen()
document.documentElement.lang = language

/** @returns {Language} */
function chosen() {
  const wanted = [read('chaturmail.language'), ...navigator.languages].map(tag => tag?.split('-')[0].toLowerCase())
  return /** @type {Language} */ (wanted.find(tag => tag && tag in LANGUAGES) ?? 'en')
}

/** Shows the app in another language, from the next load on; what is typed is kept by who asks. @param {Language} to */
export function setLanguage(to) {
  write('chaturmail.language', to)
  location.reload()
}

/** Loads the texts of areas. @param {...string} areas */
export async function loadTexts(...areas) {
  await Promise.all(areas.map(area => {
    let loading = loaded.get(area)
    if (!loading) {
      loading = fetch(new URL(`../texts/${language}/${area}.json`, import.meta.url)).then(async answer => {
        if (!answer.ok) throw new Error(`No texts for ${area}`)
        Object.assign(texts, await answer.json())
      })
      loaded.set(area, loading)
      loading.catch(() => loaded.delete(area))
    }
    return loading
  }))
}

/**
 * The text of a key, `{name}` replaced by values. With a number as `count`, the form that the language has for it: `key.one` or `key.other`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values) {
  const form = typeof values?.count === 'number' ? texts[`${key}.${plurals.select(values.count)}`] ?? texts[`${key}.other`] : undefined
  const text = form ?? texts[key]
  if (text === undefined) {
    console.error(`No text ${key}`)
    return key
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values?.[name]
    return value === undefined ? whole : typeof value === 'number' ? number(value) : value
  })
}

// What several views share need not be named by each of them; templates are named by the server.
// texts: template.*

/** Whether there is a text of this key. @param {string} key */
export const has = key => key in texts

/** A template's text in the user's language, where it is one of those that come with the app; operators may publish others. @param {string} shipped */
export const translated = shipped => texts[`template.${shipped}`] ?? shipped

const plurals = new Intl.PluralRules(language)
const numbers = new Intl.NumberFormat(language)
const dates = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })

/** @param {number} value */
export const number = value => numbers.format(value)

/** Date and time. @param {number} seconds Unix seconds */
export const dateTime = seconds => dates.format(new Date(seconds * 1000))

/** The date alone. @param {number} seconds Unix seconds */
export const date = seconds => days.format(new Date(seconds * 1000))

/** How long ago, for the last days; the date before that. @param {number} seconds Unix seconds */
export function ago(seconds) {
  const passed = Date.now() / 1000 - seconds
  if (passed < 60) return relative.format(-Math.max(0, Math.round(passed)), 'second')
  if (passed < 3600) return relative.format(-Math.round(passed / 60), 'minute')
  if (passed < 86400) return relative.format(-Math.round(passed / 3600), 'hour')
  return passed < 7 * 86400 ? relative.format(-Math.round(passed / 86400), 'day') : date(seconds)
}
