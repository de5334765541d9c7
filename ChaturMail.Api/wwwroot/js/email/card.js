// An email as it is read, edited and handed on, wherever the app shows one.

import { h, fill } from '../dom.js'
import { ago, dateTime, loadTexts, number, t, translated } from '../texts.js'
import { callOne } from '../api.js'
import { keep, kept } from '../session.js'
import { button, confirm, dialog, icon, notice, tell, toast } from '../ui.js'
import { go } from '../router.js'
import { deleteWithUndo } from '../history/deleting.js'
import { comparison } from './diff.js'
import { announce, draftOf, editor, save, sendWaiting, withDraft } from './edit.js'
import { languageName } from './languages.js'
import { rewrites } from './rewrite.js'
import { copyButton, downloadDraft, mailButton, sendButton } from './send.js'
import { promptOf, serverEmail } from './versions.js'

/** @typedef {import('./email.js').Email} Email */

/**
 * @typedef {object} CardOptions
 * @property {(email: Email) => void} [onchange] The email was edited: what the server has now.
 * @property {(email: Email) => void} [ondelete] The user deleted it, and may undo that for a while: to show something else. Without it nothing offers to delete.
 * @property {(email: Email) => void} [onversion] Another version of it was written.
 * @property {boolean} [versions] Whether it leads to its versions; true unless told.
 * @property {1 | 2 | 3} [heading] Level of its heading, the subject; 2 unless told.
 */

let cards = 0

/**
 * The card of an email. What was typed into it before and not saved is open in it.
 * @param {Email} email
 * @param {CardOptions} [options]
 * @returns {HTMLElement & { show(email: Email): void }} `show` puts a newer state of the same email in its place; what is being typed stays.
 */
export function emailCard(email, { onchange, ondelete, onversion, versions = true, heading = 2 } = {}) {
  const id = `email-${++cards}`
  const article = h('article', { class: 'card email', 'aria-labelledby': id, data: { email: email.id } })
  const top = h('div', null), writing = rewrites(() => email, onversion), bottom = h('div', null)
  fill(article, top, writing, bottom)
  let editing = false, shownUntil = new AbortController()
  const over = () => { shownUntil.abort(); return shownUntil = new AbortController() }
  const read = (focus = false) => {
    const keepsFocus = top.contains(document.activeElement)
    editing = writing.hidden = bottom.hidden = false
    const draft = draftOf(email.id), shown = withDraft(email, draft), { signal } = over()
    const place = h('div', null), translate = button({ label: t('email.translation'), icon: 'language', kind: 'quiet', onclick: () => translation(place, email.id, signal) })
    fill(top, head(shown, id, heading, Boolean(draft?.save)), h('div', { class: 'email-text', lang: email.options?.language }, shown.generatedEmail), place, bar(shown, translate))
    fill(bottom, details(shown, Boolean(bottom.querySelector('details')?.open)))
    if (focus || keepsFocus) top.querySelector('.edit-button')?.focus()
  }
  const edit = (focus = true) => {
    editing = writing.hidden = bottom.hidden = true
    over()
    const form = editor(email, { onsaved: saved => changed(saved, true), onclose: () => read(true) })
    fill(top, h(`h${heading}`, { id }, email.subject), form)
    if (focus) form.querySelector('textarea')?.focus()
  }
  const changed = (/** @type {Email} */ saved, focus = false) => {
    email = { ...email, ...saved }
    const draft = draftOf(email.id)
    // Who went on typing while it was saved goes on.
    if (editing && draft && !draft.save) edit()
    else read(focus)
    onchange?.(email)
  }
  const bar = (/** @type {Email} */ shown, /** @type {Node} */ translate) => h('div', { class: 'buttons email-bar' },
    copyButton(shown, () => top.querySelector('.email-text'), 'primary'), mailButton(shown), sendButton(shown),
    button({ label: t('email.edit'), icon: 'edit', class: 'button edit-button', onclick: () => edit() }),
    menu([
      translate,
      button({ label: t('email.download'), icon: 'download', kind: 'quiet', onclick: () => downloadDraft(shown) }),
      button({ label: t('email.writeAgain'), icon: 'again', kind: 'quiet', onclick: () => writeAgain(shown) }),
      versions ? h('a', { href: `#/email/${email.id}` }, icon('history'), t('email.versions')) : null,
      email.editedOn ? button({ label: t('email.original'), icon: 'history', kind: 'quiet', onclick: () => original(email).then(saved => saved && changed(saved, true)) }) : null,
      ondelete ? button({ label: t('common.delete'), icon: 'delete', kind: 'quiet', onclick: () => {
        deleteWithUndo([email], { onundo: () => go(`#/email/${email.id}`) })
        ondelete(email)
      } }) : null,
    ]))
  article.addEventListener('emailchange', (/** @type {CustomEvent<Email | undefined>} */ event) => {
    const typed = draftOf(email.id), open = typed && !typed.save
    // What is being typed stays; that the email is another by now is told when it is saved.
    if (event.detail && editing && open) email = { ...email, ...event.detail }
    else if (event.detail) changed(event.detail)
    else if (open) edit(false)
    else read()
  })
  article.show = (/** @type {Email} */ newer) => {
    const same = email.generatedEmail === newer.generatedEmail && email.subject === newer.subject && email.toEmailId === newer.toEmailId && email.editedOn === newer.editedOn
    email = newer
    if (!editing && !same) read()
  }
  const draft = draftOf(email.id)
  if (draft && !draft.save) edit(false)
  else read()
  if (draft?.save) sendWaiting()
  return article
}

/** @param {Email} email @param {string} id @param {number} level @param {boolean} waits */
const head = (email, id, level, waits) => h('header', { class: 'email-head' },
  h(`h${level}`, { id }, email.subject),
  h('p', { class: 'email-to' }, h('span', { class: 'muted' }, t('email.to')), ' ', email.toEmailId),
  h('p', { class: 'email-about muted' }, h('time', { datetime: new Date(email.createdOn * 1000).toISOString(), title: dateTime(email.createdOn) }, ago(email.createdOn)),
    email.version ? h('span', { class: 'badge' }, t('email.version', { version: String(email.version) })) : null,
    email.editedOn ? h('span', { class: 'badge', title: dateTime(email.editedOn) }, icon('edit'), t('email.edited')) : null),
  waits ? notice(t('email.waits')) : null, email.note ? notice(email.note) : null)

/** Shows the email in the reader's language, under the original. @param {HTMLElement} place @param {string} id @param {AbortSignal} signal */
async function translation(place, id, signal) {
  const [{ emailTranslation }] = await Promise.all([import('../messages/translation.js'), loadTexts('messages')])
  const { element, start } = emailTranslation(id, language => callOne('/translation/translateEmail', { id, language }, { signal }), signal)
  fill(place, element)
  await start(true)
}

/** What is asked for rarely, behind a button. @param {import('../dom.js').Child} items */
function menu(items) {
  const id = `email-menu-${++cards}`
  const panel = h('div', { class: 'menu email-menu', id, popover: 'auto' }, items)
  const opener = h('button', { type: 'button', class: 'button quiet icon-only', popovertarget: id, 'aria-label': t('email.more'), title: t('email.more') }, icon('more'))
  // It goes before what was chosen begins, so that a dialog gives the focus back to the button.
  panel.addEventListener('click', (/** @type {any} */ event) => { if (event.target.closest('a, button')) panel.hidePopover() }, { capture: true })
  // Below its button, or above where there is no room; it moves with the page.
  panel.addEventListener('toggle', (/** @type {any} */ event) => {
    if (event.newState !== 'open') return
    const at = opener.getBoundingClientRect(), size = panel.getBoundingClientRect()
    panel.style.left = `${Math.max(8, Math.min(at.right - size.width, document.documentElement.clientWidth - size.width - 8)) + scrollX}px`
    panel.style.top = `${(at.bottom + size.height + 8 > innerHeight && at.top > size.height + 8 ? at.top - size.height - 4 : at.bottom + 4) + scrollY}px`
    panel.querySelector('button, a')?.focus()
  })
  return [opener, panel]
}

/** @param {Email} email @param {boolean} open */
function details(email, open) {
  const template = h('dd', null, '…')
  const { options = {} } = email
  const pairs = [
    [t('email.when'), dateTime(email.createdOn)], email.editedOn ? [t('email.editedOn'), dateTime(email.editedOn)] : null, [t('email.keywords'), email.keywords],
    [t('email.cost'), t('email.coins', { count: email.tokens })], email.model ? [t('email.model'), email.model] : null,
    options.language ? [t('email.language'), languageName(options.language)] : null,
    // texts: email.tone.* email.length.*
    options.tone ? [t('email.tone'), t(`email.tone.${options.tone}`)] : null, options.length ? [t('email.length'), t(`email.length.${options.length}`)] : null,
    email.usage ? [t('email.usage'), t('email.usageOf', { input: number(email.usage.inputTokens), output: number(email.usage.outputTokens) })] : null,
  ]
  return h('details', { class: 'email-details', open, ontoggle: () => promptOf(email.promptId).then(prompt => fill(template, prompt ? translated(prompt.title) : email.promptId)) },
    h('summary', null, t('email.details')),
    h('dl', null, h('dt', null, t('email.template')), template, pairs.map(pair => pair && [h('dt', null, pair[0]), h('dd', null, pair[1])])))
}

/** Fills the form with what the email was made of. What is in the form already is not thrown away unasked. @param {Email} email */
async function writeAgain({ id, subject, keywords, toEmailId: toEmail, promptId, options: { placeholders = {}, ...options } = {} }) {
  const name = `draft.${promptId}`
  if (kept(name, null) && !await confirm(t('email.draftThere'), t('email.draftThereText'), t('email.replaceDraft'))) return
  // A comma separates keywords, except between two digits.
  const words = keywords.split(/,(?!(?<=\d,)\d)/).map(word => word.trim()).filter(Boolean)
  const asked = Object.fromEntries(Object.entries(options).map(([option, value]) => [option, String(value)]))
  keep(name, { subject, keywords: words, typing: '', toEmail, placeholders, options: { ...asked, variants: '1' } })
  go(`#/write/${encodeURIComponent(promptId)}?from=${encodeURIComponent(id)}`)
}

/** Shows what the model wrote, and puts it back where the user wants. @param {Email} email @returns {Promise<Email | undefined>} The email, when it was put back. */
async function original(email) {
  const now = await serverEmail(email.id), text = now?.originalEmail
  if (!now || text === undefined || text === now.generatedEmail) {
    toast(t('email.sameAsOriginal'))
    return now
  }
  const compared = comparison({ label: t('email.original'), text }, { label: t('email.mine'), text: now.generatedEmail }, { lang: now.options?.language })
  const restore = await dialog(t('email.original'), compared, close => [
    button({ label: t('common.close'), onclick: () => close() }), button({ label: t('email.restore'), kind: 'primary', onclick: () => close(true) })])
  if (!restore) return undefined
  const { email: saved } = await save(now.id, { ifEditedOn: now.editedOn ?? 0, generatedEmail: text })
  if (saved) toast(t('email.restored'), { action: t('common.undo'), onaction: async () => {
    try {
      const { email: back } = await save(saved.id, { ifEditedOn: saved.editedOn ?? 0, generatedEmail: now.generatedEmail })
      if (back) announce(back.id, back)
    } catch (error) {
      tell(error)
    }
  } })
  return saved
}
