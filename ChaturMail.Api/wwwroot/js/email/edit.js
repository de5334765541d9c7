// The user's own edit of an email. What is typed is kept on the device at once, saved when the user says so, and waits for the server where that cannot be reached.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, callOne } from '../api.js'
import { currentSession, keep, kept, owner, sessionEvents } from '../session.js'
import { button, busy, confirm, dialog, errorBox, field, notice, toast } from '../ui.js'
import { keys } from '../storage.js'
import { go } from '../router.js'
import { saveEmails } from '../offline.js'
import { comparison } from './diff.js'
import { serverEmail } from './versions.js'

/** @typedef {import('./email.js').Email} Email */

/**
 * What was changed and is not saved yet.
 * @typedef {object} Draft
 * @property {number} ifEditedOn The email's last edit when this one began, 0 for none.
 * @property {string} [subject]
 * @property {string} [toEmail]
 * @property {string} [generatedEmail]
 * @property {boolean} [save] The user has said so: it is to be sent.
 */

const PREFIX = 'draft.edit.'

/** @param {string} id @returns {Draft | null} */
export const draftOf = id => kept(PREFIX + id, /** @type {any} */ (null))

/** @param {string} id @param {Draft | null} draft */
const keepDraft = (id, draft) => keep(PREFIX + id, draft)

/** The email as the draft would have it. @param {Email} email @param {Draft | null} draft @returns {Email} */
export const withDraft = (email, draft) => draft ? {
  ...email, subject: draft.subject ?? email.subject, toEmailId: draft.toEmail ?? email.toEmailId, generatedEmail: draft.generatedEmail ?? email.generatedEmail,
} : email

/** Tells every card of the email in the page. @param {string} id @param {Email} [email] What was saved; without it, that the draft is another. */
export function announce(id, email) {
  for (const card of document.querySelectorAll(`article[data-email="${CSS.escape(id)}"]`)) card.dispatchEvent(new CustomEvent('emailchange', { detail: email }))
}

/** Whether it is worth trying again later, with nothing changed. @param {unknown} error */
const passes = error => error instanceof ApiFailure && (['offline', 'timeout', 'not_authenticated', 'too_many_requests'].includes(error.code) || error.status >= 500)

/** @param {unknown} error */
const conflicts = error => error instanceof ApiFailure && error.code === 'edit_conflict'

/** @param {string} id @param {Draft} kept As it is kept @returns {Promise<Email>} */
async function send(id, kept) {
  const { save, ...changes } = kept
  const email = await callOne('/email/updateEmail', { id, ...changes })
  forget(id, kept)
  // What was typed meanwhile goes on from what was saved.
  const newer = draftOf(id)
  if (newer) keepDraft(id, { ...newer, ifEditedOn: email.editedOn ?? 0 })
  await saveEmails([email])
  return email
}

/** The draft has done its part, unless something else was typed since. @param {string} id @param {Draft} draft */
function forget(id, draft) {
  if (stands(id, draft)) keepDraft(id, null)
}

/** Whether nothing was typed since. @param {string} id @param {Draft} draft */
const stands = (id, draft) => JSON.stringify(draftOf(id)) === JSON.stringify(draft)

/** Whether the server has this edit already: an answer was lost, or another tab was quicker. @param {Email} email @param {Draft} draft */
function has(email, draft) {
  const mine = withDraft(email, draft)
  return mine.subject === email.subject && mine.toEmailId === email.toEmailId && mine.generatedEmail === email.generatedEmail
}

/** @type {Promise<void> | undefined} */
let sending

/** Sends what waits, one after the other; a conflict is told, for the user to settle. */
export function sendWaiting() {
  sending ??= waiting().finally(() => { sending = undefined })
  return sending
}

async function waiting() {
  const begin = `chaturmail.${owner()}.${PREFIX}`
  for (const id of keys(begin).map(key => key.slice(begin.length))) {
    const draft = draftOf(id)
    if (!draft?.save || !currentSession()) continue
    try {
      announce(id, await send(id, draft))
    } catch (error) {
      if (passes(error)) return
      const theirs = conflicts(error) ? await serverEmail(id).catch(() => undefined) : undefined
      if (theirs && has(theirs, draft)) {
        forget(id, draft)
        announce(id, theirs)
        continue
      }
      if (!stands(id, draft)) continue
      // It is the user's again: the editor opens with it where the email is shown.
      keepDraft(id, { ...draft, save: false })
      announce(id)
      toast(t('email.notSaved'), { kind: 'bad', action: t('email.look'), onaction: () => go(`#/email/${id}`) })
    }
  }
}

addEventListener('online', () => sendWaiting())
sessionEvents.addEventListener('change', () => sendWaiting())
sendWaiting()

/**
 * Saves an edit. Where somebody else's came between, the user chooses.
 * @param {string} id
 * @param {Draft} draft
 * @returns {Promise<{ email?: Email, waits?: true, theirs?: true }>} The email, `theirs` where the user chose that; `waits` where the server cannot be reached now; nothing where the user wants to go on editing.
 */
export async function save(id, draft) {
  const saved = { ...draft, save: true }
  keepDraft(id, saved)
  try {
    return { email: await send(id, saved) }
  } catch (error) {
    const newer = stands(id, saved) ? null : draftOf(id)
    if (passes(error) && !newer) return { waits: true }
    const typed = newer ?? draft
    keepDraft(id, { ...typed, save: false })
    if (conflicts(error)) return settle(id, typed)
    throw error
  }
}

/** Shows both edits and lets the user choose. @param {string} id @param {Draft} draft @returns {ReturnType<typeof save>} */
async function settle(id, draft) {
  const theirs = await serverEmail(id)
  if (!theirs) throw new ApiFailure('email_not_found', '')
  if (has(theirs, draft)) {
    keepDraft(id, null)
    return { email: theirs }
  }
  const mine = withDraft(theirs, draft)
  const whole = (/** @type {Email} */ email) => `${email.subject}\n${email.toEmailId}\n\n${email.generatedEmail}`
  const choice = await dialog(t('email.conflict'), [
    h('p', null, t('email.conflictText')),
    comparison({ label: t('email.theirs'), text: whole(theirs) }, { label: t('email.mine'), text: whole(mine) }, { lang: theirs.options?.language }),
  ], close => [
    button({ label: t('email.goOnEditing'), onclick: () => close() }), button({ label: t('email.useTheirs'), onclick: () => close('theirs') }),
    button({ label: t('email.useMine'), kind: 'primary', onclick: () => close('mine') }),
  ])
  const current = { ...draft, ifEditedOn: theirs.editedOn ?? 0 }
  if (choice === 'mine') return save(id, current)
  if (choice !== 'theirs') return {}
  keepDraft(id, null)
  toast(t('email.tookTheirs'), { action: t('common.undo'), onaction: () => { keepDraft(id, current); announce(id) } })
  return { email: theirs, theirs: true }
}

/**
 * The form in which an email is edited. It shows what was typed before and not saved.
 * @param {Email} email As it is on the server.
 * @param {{ onsaved: (email: Email) => void, onclose: () => void }} on `onclose` when it is left without an answer of the server: nothing changed, dropped, or waiting to be sent.
 * @returns {HTMLFormElement}
 */
export function editor(email, { onsaved, onclose }) {
  const draft = draftOf(email.id), begun = withDraft(email, draft)
  const begunOn = draft?.ifEditedOn ?? email.editedOn ?? 0
  const subject = field({ label: t('email.subject'), control: h('input', { value: begun.subject, maxlength: 200, autocomplete: 'off' }) })
  const to = field({ label: t('email.recipient'), control: h('input', { value: begun.toEmailId, maxlength: 320, inputmode: 'email', autocomplete: 'off', spellcheck: 'false' }) })
  const area = h('textarea', { class: 'edit-text', value: begun.generatedEmail, maxlength: 20000, rows: 12, lang: email.options?.language })
  const text = field({ label: t('email.text'), control: area, hint: t('email.editHint') })
  const fault = h('div', null)
  // Only what differs is sent: an old email may have a subject that the server would not take again.
  const changes = () => {
    /** @type {Draft} */
    const changed = { ifEditedOn: draftOf(email.id)?.ifEditedOn ?? begunOn }
    // A text area has line feeds alone.
    if (text.control.value !== email.generatedEmail.replace(/\r\n?/g, '\n')) changed.generatedEmail = text.control.value
    if (subject.control.value !== email.subject) changed.subject = subject.control.value
    if (to.control.value !== email.toEmailId) changed.toEmail = to.control.value
    return Object.keys(changed).length > 1 ? changed : null
  }
  const missing = () => [subject, to, text].find(one => !one.control.value.trim())
  const submit = async () => {
    const changed = changes(), empty = changed && missing()
    fill(fault)
    if (!changed) return drop()
    if (empty) {
      empty.fail(t('email.empty'))
      return empty.control.focus()
    }
    try {
      const { email: saved, waits, theirs } = await save(email.id, changed)
      if (saved && !theirs) toast(t('email.saved'))
      if (saved) onsaved(saved)
      else if (waits) onclose()
    } catch (error) {
      fill(fault, errorBox(error))
    }
  }
  const drop = () => { keepDraft(email.id, null); onclose() }
  const cancel = async () => { if (!changes() || await confirm(t('email.dropTitle'), t('email.dropText'), t('email.drop'))) drop() }
  const saveButton = button({ label: t('common.save'), icon: 'check', kind: 'primary', type: 'submit', title: 'Ctrl+S', 'aria-keyshortcuts': 'Control+S' })
  const form = h('form', { class: 'email-edit', novalidate: true, 'aria-label': t('email.editing'),
    oninput: () => { if (!keepDraft(email.id, changes())) fill(fault, notice(t('email.noRoom'), 'bad')) },
    onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); busy(saveButton, submit()) },
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.isComposing) return
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 's') {
        event.preventDefault()
        if (saveButton.getAttribute('aria-busy') !== 'true') form.requestSubmit()
      } else if (event.key === 'Escape') {
        event.preventDefault()
        cancel()
      }
    } },
    draft ? notice(t('email.found')) : null, h('div', { class: 'columns' }, subject, to), text, fault,
    h('div', { class: 'buttons' }, saveButton, button({ label: t('common.cancel'), onclick: cancel })))
  return form
}
