// One-tap rewrites: each writes a new version of the email, which is shown beside the old one.

import { h, fill } from '../dom.js'
import { language, t } from '../texts.js'
import { keep, kept } from '../session.js'
import { button, dialog, errorBox, field, icon, notice, toast } from '../ui.js'
import { go } from '../router.js'
import { readAccount } from '../shell.js'
import { STOPPED, generate, resumed } from '../generation.js'
import { comparison } from './diff.js'
import { COMMON, MORE, languageName } from './languages.js'
import { copyButton, mailButton } from './send.js'
import { promptOf } from './versions.js'

/** @typedef {import('./email.js').Email} Email */
/** @typedef {{ signal: AbortSignal, ontext: (text: string) => void }} Following */

const KINDS = /** @type {const} */ (['shorten', 'elaborate', 'formalize', 'soften', 'fixGrammar'])

// texts: email.rewrite.*
/** What a rewrite is called. @param {string} rewrite As the API takes it, e.g. `shorten`, `translate:de` */
const nameOf = rewrite => rewrite.startsWith('translate:') ? t('email.translated', { language: languageName(rewrite.slice(10)) }) : t(`email.rewrite.${rewrite}`)

/**
 * The buttons, and below them what is being written.
 * @param {() => Email} now Gives the email as it stands.
 * @param {(email: Email) => void} [onversion] Called with each new version.
 * @returns {HTMLElement}
 */
export function rewrites(now, onversion) {
  const email = now()
  const price = h('span', { class: 'muted' })
  promptOf(email.promptId).then(prompt => fill(price, t('email.priceEach', { count: prompt?.maxTokens ?? email.tokens })))
  const panel = h('div', null)
  const start = (/** @type {string} */ rewrite) => {
    // One whose end is not known may be paid for: it is taken up, and not written twice.
    const run = resumed(request => request.id === email.id && request.rewrite === rewrite)
    return follow(rewrite, options => run ? run.follow(options) : generate({ id: email.id, rewrite }, options))
  }
  const follow = async (/** @type {string} */ rewrite, /** @type {(options: Following) => Promise<{ emails: Email[] }>} */ run) => {
    buttons.disabled = true
    const [written] = await showWriting(now(), rewrite, run, panel, () => start(rewrite)).finally(() => { buttons.disabled = false })
    if (written) onversion?.(written)
  }
  const buttons = h('fieldset', { class: 'rewrites' }, h('legend', null, t('email.rewriteAs'), ' ', price),
    h('div', { class: 'buttons' }, KINDS.map(kind => button({ label: t(`email.rewrite.${kind}`), onclick: () => { start(kind) } })),
      button({ label: t('email.translate'), icon: 'language', onclick: async () => {
        const to = await chooseLanguage(email)
        if (to) start(`translate:${to}`)
      } })))
  // What was being written when the page was left or loaded again goes on here.
  const run = resumed(request => request.id === email.id && Boolean(request.rewrite))
  if (run) follow(run.request.rewrite, options => run.follow(options))
  return h('div', null, buttons, panel)
}

/**
 * Shows an email while it is written, and what came of it.
 * @param {Email} email The one that is rewritten.
 * @param {string} rewrite
 * @param {(options: Following) => Promise<{ emails: Email[] }>} run
 * @param {HTMLElement} panel
 * @param {() => void} again
 * @returns {Promise<Email[]>} None when it failed or was stopped.
 */
async function showWriting(email, rewrite, run, panel, again) {
  const stop = new AbortController()
  const preview = h('div', { class: 'email-text', lang: rewrite.startsWith('translate:') ? rewrite.slice(10) : email.options?.language })
  const status = h('p', { role: 'status', class: 'muted' }, t('email.writing'))
  const content = h('div', null, h('progress', { 'aria-label': t('email.writing') }), preview)
  const stopButton = button({ label: t('email.stop'), icon: 'stop', onclick: () => stop.abort(STOPPED) })
  const actions = h('div', { class: 'buttons' }, stopButton)
  fill(panel, h('section', { class: 'rewrite', 'aria-label': nameOf(rewrite) }, h('h3', null, nameOf(rewrite)), status, content, actions))
  // The button that was pressed is disabled now; the one that ends this comes next.
  stopButton.focus()
  const end = (/** @type {string} */ said, /** @type {import('../dom.js').Child} */ shown, /** @type {HTMLElement[]} */ ...offered) => {
    const focused = panel.contains(document.activeElement)
    fill(status, said)
    fill(content, shown)
    fill(actions, offered, button({ label: t('common.close'), icon: 'close', kind: 'quiet', onclick: () => { fill(panel) } }))
    if (focused) actions.querySelector('a, button')?.focus()
  }
  try {
    const { emails } = await run({ signal: stop.signal, ontext: text => { preview.textContent = text } })
    readAccount().catch(() => {})
    const [written] = emails
    const open = `#/email/${written.id}`
    if (!document.querySelector(`article[data-email="${CSS.escape(email.id)}"]`)) toast(t('email.written'), { action: t('email.look'), onaction: () => go(open) })
    // A translation has next to no word of the original: it is read by itself.
    const shown = rewrite.startsWith('translate:') ? h('div', { class: 'email-text', lang: written.options?.language }, written.generatedEmail)
      : comparison({ label: t('email.before'), text: email.generatedEmail }, { label: nameOf(rewrite), text: written.generatedEmail }, { lang: written.options?.language })
    end(t('email.written'), [written.note ? notice(written.note) : null, shown],
      h('a', { class: 'button primary', href: open }, icon('right'), h('span', null, t('email.openVersion'))),
      copyButton(written, () => content.querySelector('.email-text:last-of-type')), mailButton(written))
    return emails
  } catch (error) {
    if (stop.signal.aborted) end(t('email.stopped'), null)
    else end('', errorBox(error), button({ label: t('common.tryAgain'), icon: 'again', onclick: again }))
    return []
  }
}

/** @param {Email} email @returns {Promise<string | undefined>} A BCP 47 tag. */
async function chooseLanguage(email) {
  const last = kept('translateTo', '')
  const option = (/** @type {string} */ tag) => h('option', { value: tag }, languageName(tag))
  const sorted = [...MORE, ...last && !COMMON.includes(last) && !MORE.includes(last) ? [last] : []].sort((a, b) => languageName(a).localeCompare(languageName(b), language))
  const wanted = last || COMMON.find(tag => tag !== (email.options?.language ?? 'en').split('-')[0]) || 'hi'
  const select = h('select', { value: wanted }, h('optgroup', { label: t('email.often') }, COMMON.map(option)), h('optgroup', { label: t('email.more') }, sorted.map(option)),
    h('option', { value: '' }, t('email.otherLanguage')))
  const other = field({ label: t('email.languageTag'), hint: t('email.languageTagHint'),
    control: h('input', { maxlength: 35, autocapitalize: 'none', autocomplete: 'off', spellcheck: 'false' }) })
  other.hidden = true
  select.addEventListener('change', () => { other.hidden = select.value !== '' })
  const tag = await dialog(t('email.translateTo'), [field({ label: t('email.language'), control: select }), other], close => [
    button({ label: t('common.cancel'), onclick: () => close() }),
    button({ label: t('email.translateNow'), kind: 'primary', onclick: () => {
      try {
        close(select.value || Intl.getCanonicalLocales(other.control.value.trim())[0])
      } catch {
        other.fail(t('email.languageTagWrong'))
        other.control.focus()
      }
    } }),
  ])
  if (tag) keep('translateTo', tag)
  return tag
}
