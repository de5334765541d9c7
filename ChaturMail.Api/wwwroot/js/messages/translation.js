// Messages and emails in the reader's language, beside the original.

import { h, fill } from '../dom.js'
import { LANGUAGES, language, t } from '../texts.js'
import { callOne } from '../api.js'
import { liveEvents } from '../live.js'
import { preferences, setPreferences } from '../preferences.js'
import { button, dialog, errorText, field, notice, toast } from '../ui.js'

/** @typedef {import('./inbox.js').Message} Message */
/** @typedef {{ state: string, text: string | null, source: string | null, language: string, code?: string, original: string }} Said As docs/api.md has it. */

/** What waits to be told of a translation, by the id of the message, the email or the topic. Null: it is there, and to be asked for. @type {Map<string, (said: any) => void>} */
const waiting = new Map()
liveEvents.addEventListener('translation', event => {
  const said = /** @type {CustomEvent} */ (event).detail
  waiting.get(said.messageId ?? said.emailId ?? said.topicId)?.(said.messageId ? { state: 'translated', ...said } : null)
})

const REASONS = /** @type {Record<string, string>} */ ({ translation_unavailable: 'unavailable', translation_limit_reached: 'limit', budget_exceeded: 'budget' })

// How often it is asked where nothing is told, and after how long.
const TRIES = 5, PAUSE = 4_000

/**
 * The place for a message's translation.
 * @param {Message} message
 * @param {AbortSignal} signal
 * @returns {{ element: HTMLElement, start: (asked: boolean) => Promise<void> }} `asked` by the user, who is then told why there is none.
 */
export const translationOf = ({ id }, signal) => translating(id, language => callOne('/translation/translateMessage', { id, language }, { signal }), signal)

/**
 * The place for the translation of an email, or of a topic's draft.
 * @param {string} id Of the email, or of the topic
 * @param {(language: string) => Promise<{ subject: Said, body: Said }>} ask
 * @param {AbortSignal} signal
 */
export const emailTranslation = (id, ask, signal) => translating(id, async wanted => {
  const { subject, body } = await ask(wanted), both = [body, subject]
  const state = ['pending', 'failed', 'translated'].find(state => both.some(one => one.state === state)) ?? 'same'
  return { ...both.find(one => one.state === state) ?? body, text: both.reverse().map(one => one.text ?? one.original).join('\n\n') }
}, signal, 'email-text')

/** @param {string} id @param {(language: string) => Promise<Said>} ask @param {AbortSignal} signal @param {string} [kind] The text's class */
function translating(id, ask, signal, kind = 'text') {
  const element = h('div', { class: 'translation', hidden: true })
  const say = (/** @type {string} */ text) => { element.hidden = !text; fill(element, text ? h('p', { class: 'muted', role: 'status' }, text) : null) }
  const show = (/** @type {any} */ said, asked = false) => {
    waiting.delete(id)
    if (signal.aborted) return
    if (said.state !== 'translated') {
      // texts: messages.translation.*
      return say(!asked ? '' : said.state === 'same' ? t('messages.translation.same') : t(`messages.translation.${REASONS[said.code] ?? 'failed'}`))
    }
    const text = h('p', { class: kind, lang: said.language, dir: 'auto' }, said.text)
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
        const said = await ask(wanted ?? language)
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
      await setPreferences({ language: select.value, autoTranslate: always.checked })
      close()
      toast(t('messages.translation.saved'))
    } }),
  ])
}
