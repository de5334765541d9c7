// One email, its versions, and what changed between any two of them.

import { h, fill } from '../dom.js'
import { ago, t } from '../texts.js'
import { ApiFailure } from '../api.js'
import { errorBox, field, icon, notice } from '../ui.js'
import { go } from '../router.js'
import { findEmail, removeEmail } from '../offline.js'
import { emailCard } from '../email/card.js'
import { comparison } from '../email/diff.js'
import { draftOf } from '../email/edit.js'
import { keptVersions, versionsOf } from '../email/versions.js'

/** @typedef {import('../email/email.js').Email} Email */

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, params: [id = ''], signal }) {
  const back = h('a', { class: 'back', href: '#/history' }, icon('left'), t('email.toHistory'))
  const place = h('div', null), list = h('div', null), compare = h('div', null)
  fill(root, back, list, place, compare)
  /** @type {ReturnType<typeof emailCard> | undefined} */
  let card
  const show = (/** @type {Email[]} */ versions) => {
    const email = versions.find(one => one.id === id)
    if (!email) throw new ApiFailure('email_not_found', '')
    document.title = `${email.subject} · ChaturMail`
    if (card) card.show(email)
    else {
      card = emailCard(email, { heading: 1, versions: false, onchange: refresh, onversion: refresh, ondelete: () => go('#/history') })
      fill(place, card)
    }
    fill(list, versionLinks(versions, id))
    fill(compare, versionChoice(versions, id))
  }
  const refresh = () => versionsOf(id, signal).then(show).catch(error => {
    if (signal.aborted) return
    // What is no id at all names no email either.
    const gone = error instanceof ApiFailure && ['email_not_found', 'invalid_field'].includes(error.code)
    // What is shown of this device stays where the server cannot be asked, and what is typed in any case.
    if (card && (!gone || draftOf(id))) return
    if (gone) removeEmail(id)
    card = undefined
    fill(list)
    fill(compare)
    fill(place, h('h1', null, t('nav.email')),
      error instanceof ApiFailure && error.code === 'offline' ? notice(t('email.notKept'), 'bad') : errorBox(gone ? new ApiFailure('email_not_found', '') : error, gone ? undefined : refresh))
  })

  const here = await findEmail(id)
  if (here) show(mine(await keptVersions(id), here))
  else fill(place, h('h1', null, t('nav.email')), h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  const reading = refresh()
  addEventListener('online', refresh, { signal })
  // What the device keeps is to be read at once; the rest comes when it comes.
  if (!here) await reading
}

/** @param {Email[]} versions @param {Email} email */
const mine = (versions, email) => versions.some(one => one.id === email.id) ? versions : [email]

/** @param {Email} email */
const label = email => t('email.version', { version: String(email.version ?? 1) })

/** @param {Email[]} versions @param {string} id */
function versionLinks(versions, id) {
  if (versions.length < 2) return null
  return h('nav', { class: 'versions', 'aria-label': t('email.versions') }, versions.map(email =>
    h('a', { href: `#/email/${email.id}`, 'aria-current': email.id === id ? 'page' : null }, h('span', null, label(email)),
      h('span', { class: 'muted' }, ago(email.createdOn)), draftOf(email.id) || email.editedOn ? h('span', { class: 'badge' }, icon('edit'), t('email.edited')) : null)))
}

/**
 * Two versions to choose, and their differences. An edited email is there twice: as it stands, and as the model wrote it.
 * @param {Email[]} versions
 * @param {string} id
 */
function versionChoice(versions, id) {
  const edited = (/** @type {Email} */ { originalEmail = '', generatedEmail }) => originalEmail && originalEmail !== generatedEmail
  const texts = versions.flatMap(email => [
    ...edited(email) ? [{ email, text: email.originalEmail ?? '', label: t('email.asWritten', { version: label(email) }), original: true }] : [],
    { email, text: email.generatedEmail, label: label(email), original: false },
  ])
  if (texts.length < 2) return null
  const at = texts.findIndex(({ email, original }) => email.id === id && !original)
  const parent = texts.findLastIndex(({ email }) => email.id === texts[at].email.parentId)
  const from = texts[at - 1]?.original ? at - 1 : parent >= 0 ? parent : at > 0 ? at - 1 : at + 1
  const shown = h('div', null)
  const select = (/** @type {number} */ value) => h('select', { value: String(value), onchange: draw }, texts.map(({ label }, i) => h('option', { value: String(i) }, label)))
  const one = select(Math.min(from, at)), other = select(Math.max(from, at))
  let aside = false
  function draw() {
    const [before, after] = [texts[Number(one.value)], texts[Number(other.value)]]
    const subjects = before.email.subject !== after.email.subject
    // The API has compared each version with the one before it in the list.
    const compared = versions.indexOf(after.email) === versions.indexOf(before.email) + 1 && !before.original && !after.original ? after.email.diff : undefined
    const whole = (/** @type {typeof before} */ { email, text }) => subjects ? `${email.subject}\n\n${text}` : text
    fill(shown, comparison({ label: before.label, text: whole(before) }, { label: after.label, text: whole(after) },
      { parts: subjects ? undefined : compared, aside, onaside: wanted => { aside = wanted }, lang: after.email.options?.language }))
  }
  draw()
  return h('section', { class: 'card compare', 'aria-labelledby': 'compare' }, h('h2', { id: 'compare' }, t('email.compare')),
    h('div', { class: 'columns' }, field({ label: t('email.before'), control: one }), field({ label: t('email.after'), control: other })), shown)
}
