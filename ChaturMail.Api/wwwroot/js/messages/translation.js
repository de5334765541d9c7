// A message in the reader's language, under the original.

import { h, fill } from '../dom.js'
import { LANGUAGES, language, t } from '../texts.js'
import { callOne } from '../api.js'
import { sessionEvents } from '../session.js'
import { liveEvents } from '../live.js'
import { button, dialog, errorText, field, notice, toast } from '../ui.js'

/** @typedef {import('./inbox.js').Message} Message */
/** @typedef {{ language: string | null, timeZone: string | null, autoTranslate: boolean, canTranslate: boolean, note: string | null }} Preferences As docs/api.md has it. */

/** @type {Promise<Preferences> | null} */
let read = null

/** @returns {Promise<Preferences>} */
export const preferences = () => read ??= callOne('/user/getPreferences').catch(error => {
  read = null
  throw error
})

sessionEvents.addEventListener('change', () => { read = null })

/** What waits to be told of a translation, by the message. @type {Map<string, (said: any) => void>} */
const waiting = new Map()
liveEvents.addEventListener('translation', event => {
  const said = /** @type {CustomEvent} */ (event).detail
  waiting.get(said.messageId)?.({ state: 'translated', ...said })
})

// How often it is asked where nothing is told, and after how long.
const TRIES = 5, PAUSE = 4_000

/**
 * The place for a message's translation.
 * @param {Message} message
 * @param {AbortSignal} signal
 * @returns {{ element: HTMLElement, start: (asked: boolean) => Promise<void> }} `asked` by the user, who is then told why there is none.
 */
export function translationOf({ id }, signal) {
  const element = h('div', { class: 'translation', hidden: true })
  const say = (/** @type {string} */ text) => { element.hidden = !text; fill(element, text ? h('p', { class: 'muted', role: 'status' }, text) : null) }
  const show = (/** @type {any} */ said, asked = false) => {
    waiting.delete(id)
    if (signal.aborted) return
    if (said.state !== 'translated') {
      // texts: messages.translation.*
      return say(!asked ? '' : said.state === 'same' ? t('messages.translation.same') : t(`messages.translation.${said.code === 'translation_unavailable' ? 'unavailable' : 'failed'}`))
    }
    const text = h('p', { class: 'text', lang: said.language, dir: 'auto' }, said.text)
    const turn = h('button', { type: 'button', class: 'link', 'aria-expanded': 'true' }, t('messages.translation.hide'))
    turn.onclick = () => {
      text.hidden = !text.hidden
      turn.setAttribute('aria-expanded', `${!text.hidden}`)
      fill(turn, t(text.hidden ? 'messages.translation.show' : 'messages.translation.hide'))
    }
    element.hidden = false
    fill(element, h('p', { class: 'muted' }, said.source ? t('messages.translation.from', { language: nameOf(said.source) }) : t('messages.translation.made'), ' ', turn), text)
  }
  const start = async (/** @type {boolean} */ asked) => {
    if (asked) say(t('messages.translation.pending'))
    try {
      const { language: wanted } = await preferences()
      for (let tries = 0; tries < TRIES && !signal.aborted; tries++) {
        const said = await callOne('/translation/translateMessage', { id, language: wanted ?? language }, { signal })
        if (said.state !== 'pending') return show(said, asked)
        say(t('messages.translation.pending'))
        const told = await new Promise(resolve => { waiting.set(id, resolve); setTimeout(resolve, PAUSE, null) })
        if (told) return show(told)
      }
      show({ state: 'failed' }, asked)
    } catch (error) {
      if (!signal.aborted) say(asked ? errorText(error) : '')
    }
  }
  return { element, start }
}

/** @param {string} tag */
function nameOf(tag) {
  try {
    return new Intl.DisplayNames(language, { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

/** Asks for the language in which the user reads messages, and whether they are translated unasked. */
export async function translationDialog() {
  const now = await preferences()
  const tags = [...new Set([...Object.keys(LANGUAGES), ...now.language ? [now.language] : [], 'es', 'fr', 'pt', 'ar', 'zh', 'bn', 'ta', 'ur'])]
  const select = h('select', { value: now.language ?? language }, tags.map(tag => h('option', { value: tag }, nameOf(tag))))
  const always = h('input', { type: 'checkbox', checked: now.autoTranslate })
  await dialog(t('messages.translation.title'), [
    now.canTranslate ? null : notice(t('messages.translation.unavailable')),
    field({ label: t('messages.translation.language'), control: select }), h('label', { class: 'check' }, always, t('messages.translation.always')),
  ], close => [
    button({ label: t('common.cancel'), onclick: () => close() }),
    button({ label: t('common.save'), kind: 'primary', onclick: async () => {
      read = Promise.resolve(await callOne('/user/setPreferences', { language: select.value, autoTranslate: always.checked }))
      close()
      toast(t('messages.translation.saved'))
    } }),
  ])
}
