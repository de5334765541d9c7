// What is typed into the form: kept as a draft on the device, checked by the API's limits (docs/api.md), and made a request of.

import { keep, kept } from '../session.js'
import { language, t } from '../texts.js'
import { split } from './chips.js'

/**
 * @typedef {object} Values
 * @property {string} subject
 * @property {string[]} keywords
 * @property {string} typing What stands in the field of keywords and is none yet.
 * @property {string} toEmail
 * @property {Record<string, string>} placeholders
 * @property {Record<string, string>} options By the API's names; '' for what is left to the server.
 */

export const OPTIONS = /** @type {const} */ (['tone', 'length', 'language', 'variants', 'senderName', 'recipientName', 'signature', 'instructions', 'context', 'model'])
export const TONES = ['neutral', 'formal', 'friendly', 'persuasive', 'apologetic', 'enthusiastic']
export const LENGTHS = ['short', 'medium', 'long']
const LANGUAGES = ('en en-GB en-IN hi de de-CH ar bn cs da el es fa fi fr gu he id it ja kn ko ml mr nb nl pa pl pt pt-BR ro ru sv ta te th tr uk ur vi zh-Hans '
  + 'zh-Hant').split(' ')

/** The most characters of a field (UTF-16 code units, as the API counts). */
const MOST = { subject: 200, toEmail: 320, senderName: 80, recipientName: 80, signature: 500, instructions: 1000 }
const MOST_KEYWORDS = 50, MOST_OF_KEYWORDS = 1000, MOST_OF_VALUE = 200, MOST_LINES = 10, MOST_BYTES = 8192

/** @returns {Values} What the form begins with: the sender's as it was the last time. */
export function fresh() {
  const options = { ...Object.fromEntries(OPTIONS.map(name => [name, ''])), variants: '1', ...kept('sender', {}) }
  return { subject: '', keywords: [], typing: '', toEmail: '', placeholders: {}, options }
}

/** @param {string} promptId @returns {Values} */
export function readDraft(promptId) {
  const values = fresh(), draft = kept(`draft.${promptId}`, /** @type {Partial<Values>} */ ({}))
  return { ...values, ...draft, options: { ...values.options, ...draft.options } }
}

/** Keeps what is typed; nothing, where nothing is. False where the device has no room. @param {string} promptId @param {Values} values */
export const keepDraft = (promptId, values) => keep(`draft.${promptId}`, isFresh(values) ? null : values)

/** @param {string} promptId */
export const hasDraft = promptId => kept(`draft.${promptId}`, null) !== null

/** Whether nothing was typed that is not there by itself. @param {Values} values */
export function isFresh(values) {
  const { options } = fresh()
  return !values.subject && !values.keywords.length && !values.typing && !values.toEmail && Object.values(values.placeholders).every(value => !value)
    && OPTIONS.every(name => values.options[name] === options[name])
}

/** The email of this request is there: its draft has done its part, unless something else was typed since. @param {any} request */
export function endDraft(request) {
  const draft = readDraft(request.promptId)
  if (JSON.stringify(requestOf(request.promptId, draft, Object.keys(request.placeholders ?? {}))) === JSON.stringify(request)) keep(`draft.${request.promptId}`, null)
}

/** The body of generateEmail. @param {string} promptId @param {Values} values @param {string[]} placeholders Names of those that the prompt has */
export function requestOf(promptId, values, placeholders) {
  /** @type {any} */
  const request = { promptId, subject: values.subject.trim(), keywords: keywordsOf(values).join(', '), toEmail: values.toEmail.trim() }
  for (const name of OPTIONS) {
    const value = values.options[name].trim()
    if (value && name !== 'variants') request[name] = name === 'language' ? languageTag(value) : value
  }
  if (Number(values.options.variants) > 1) request.variants = Number(values.options.variants)
  if (placeholders.length) request.placeholders = Object.fromEntries(placeholders.map(name => [name, (values.placeholders[name] ?? '').trim()]))
  return request
}

/** The form of a request, to write another like it. @param {any} request @returns {Values} */
export function valuesOf(request) {
  const options = Object.fromEntries(OPTIONS.map(name => [name, name === 'language' && request.language ? languageName(request.language) : String(request[name] ?? '')]))
  return {
    subject: request.subject, keywords: split(request.keywords).keywords, typing: '', toEmail: request.toEmail, placeholders: request.placeholders ?? {},
    options: { ...options, variants: options.variants || '1' },
  }
}

/** The sender is the same the next time. @param {Values} values */
export function rememberSender({ options: { senderName, signature } }) {
  keep('sender', senderName || signature ? { senderName, signature } : null)
}

/**
 * What is wrong, by the names of fields in the order of the form: those of the API, `placeholders.<name>` for values.
 * @param {Values} values @param {string[]} placeholders @returns {Map<string, string>}
 */
export function problems(values, placeholders) {
  /** @type {Map<string, string>} */
  const found = new Map()
  const keywords = keywordsOf(values)
  checkText(found, 'subject', values.subject, MOST.subject, t('write.needSubject'))
  if (!keywords.length) found.set('keywords', t('write.needKeywords'))
  else if (keywords.length > MOST_KEYWORDS) found.set('keywords', t('write.tooManyKeywords', { most: MOST_KEYWORDS, now: keywords.length }))
  else checkText(found, 'keywords', keywords.join(', '), MOST_OF_KEYWORDS)
  checkText(found, 'toEmail', values.toEmail, MOST.toEmail, t('write.needRecipient'))
  // As much as the server needs: one address, with a name beside it or without.
  if (!found.has('toEmail') && values.toEmail.match(/[^\s@<>,;]+@[^\s@<>,;]+/g)?.length !== 1) found.set('toEmail', t('write.noAddress'))
  for (const name of placeholders) checkText(found, `placeholders.${name}`, values.placeholders[name] ?? '', MOST_OF_VALUE, t('write.needValue', { name }))
  const { options } = values
  if (options.language.trim() && !languageTag(options.language)) found.set('language', t('write.noLanguage'))
  for (const name of /** @type {const} */ (['senderName', 'recipientName', 'signature', 'instructions'])) checkText(found, name, options[name], MOST[name])
  if (options.signature.trim().split('\n').length > MOST_LINES) found.set('signature', t('write.tooManyLines', { most: MOST_LINES }))
  const bytes = new TextEncoder().encode(options.context.trim()).length
  if (bytes > MOST_BYTES) found.set('context', t('write.tooManyBytes', { most: MOST_BYTES, now: bytes }))
  return found
}

/** @param {Map<string, string>} found @param {string} name @param {string} value @param {number} most @param {string} [missing] What to say where it must not be empty */
function checkText(found, name, value, most, missing) {
  const { length } = value.trim()
  if (!length && missing) found.set(name, missing)
  else if (length > most) found.set(name, t('write.tooLong', { most, now: length }))
}

/** Those that are chosen and the one that is typed. @param {Values} values */
const keywordsOf = ({ keywords, typing }) => [...keywords, ...split(typing).keywords]

const names = new Intl.DisplayNames(language, { type: 'language' })

/** @param {string} tag */
const languageName = tag => {
  try {
    return names.of(tag) ?? tag
  } catch {
    return tag
  }
}

/** Names of the usual languages, in the user's own. */
export const languageNames = () => LANGUAGES.map(languageName)

/** The BCP 47 tag of what somebody typed: a tag, or a language's name. '' for neither. @param {string} typed */
function languageTag(typed) {
  const wanted = typed.trim().toLocaleLowerCase()
  const known = LANGUAGES.find(tag => languageName(tag).toLocaleLowerCase() === wanted)
  if (known) return known
  try {
    return wanted.length <= 35 && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(wanted) ? Intl.getCanonicalLocales(wanted)[0] : ''
  } catch {
    return ''
  }
}
