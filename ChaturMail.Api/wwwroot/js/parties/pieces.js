// Pieces that the pages of parties and topics are made of, and what the API says of them.

import { h, fill } from '../dom.js'
import { ago, dateTime, t } from '../texts.js'
import { keep, kept } from '../session.js'
import { button, busy, dialog, errorBox, field, icon } from '../ui.js'
import { avatar, personName } from '../people.js'

/**
 * @typedef {'owner' | 'admin' | 'member'} Role
 * @typedef {{ userId: string, name: string, role: Role, joinedOn: number }} Member
 * @typedef {{ id: string, userId: string, sharedOn: number }} SharedPrompt
 * @typedef {object} Party
 * @property {string} id
 * @property {string} name
 * @property {Role} role The user's own.
 * @property {number} createdOn
 * @property {Member[]} members
 * @property {SharedPrompt[]} prompts
 * @property {{ members: number, topics: number, prompts: number, invites: number }} limits
 *
 * @typedef {{ version: number, toEmail: string, subject: string, text: string, userId: string, savedOn: number, source: string, restoredFrom?: number, endedApproval?: number,
 *   diff?: import('../email/email.js').DiffPart[] }} Draft
 * @typedef {{ userId: string, state: 'pending' | 'approved' | 'rejected', note: string, decidedOn: number | null }} Approver
 * @typedef {object} Topic
 * @property {string} id
 * @property {string} partyId
 * @property {string} title
 * @property {string} userId
 * @property {number} createdOn
 * @property {number} version
 * @property {number} openSuggestions
 * @property {{ version: number, userId: string, approved: boolean, approvers: Approver[] } | null} approval
 * @property {{ version: number, scheduleId: string | null, userId: string, sentOn: number, state: string } | null} sent
 * @property {boolean} manages
 * @property {string} conversationId
 * @property {Draft | null} draft
 */

// docs/api.md, Limits
export const NAME = 80, TITLE = 120, NOTE = 500

let asked = 0

/**
 * Asks in a dialog, which stays open until `save` has done what it does; what goes wrong is told in it.
 * @template T
 * @param {{ title: string, content: import('../dom.js').Child, yes: string, kind?: 'primary' | 'danger', save: () => Promise<T | undefined> }} what `save` gives undefined where
 * something in the dialog is to be put right first.
 * @returns {Promise<T | undefined>}
 */
export function ask({ title, content, yes, kind = 'primary', save }) {
  const id = `ask-${++asked}`, problem = h('div')
  const submit = button({ label: yes, kind, type: 'submit', form: id })
  /** @type {(value?: T) => void} */
  let shut = () => {}
  const doing = async () => {
    fill(problem)
    try {
      const done = await save()
      if (done !== undefined) shut(done)
    } catch (error) {
      fill(problem, errorBox(error))
    }
  }
  const form = h('form', { id, novalidate: true, onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault()
    if (submit.getAttribute('aria-busy') !== 'true') busy(submit, doing())
  } }, content, problem)
  return dialog(title, form, close => {
    shut = close
    return [button({ label: t('common.cancel'), onclick: () => close() }), submit]
  })
}

/**
 * Asks for a line or a few. What was typed and not sent is there again the next time.
 * @template T
 * @param {{ title: string, label: string, hint?: string, value?: string, max: number, lines?: boolean, yes: string, kind?: 'primary' | 'danger', draft: string, more?: import('../dom.js').Child,
 *   save: (text: string) => Promise<T> }} what With `lines` it may be empty; `draft` is the name under which the device keeps it.
 * @returns {Promise<T | undefined>}
 */
export function askText({ title, label, hint, value = '', max, lines = false, yes, kind, draft, more, save }) {
  const control = h(lines ? 'textarea' : 'input', { value: kept(`draft.${draft}`, value), maxlength: max, autocomplete: 'off', autofocus: true, rows: lines ? 3 : null })
  control.addEventListener('input', () => keep(`draft.${draft}`, control.value.trim() === value ? null : control.value))
  const one = field({ label, control, hint, optional: lines })
  return ask({ title, content: [more, one], yes, kind, save: async () => {
    const text = control.value.trim()
    if (!text && !lines) {
      one.fail(t('parties.missing'))
      control.focus()
      return undefined
    }
    const done = await save(text)
    keep(`draft.${draft}`, null)
    return done
  } })
}

/** Shows things to choose from. @param {string} title @param {(close: (value?: any) => void) => import('../dom.js').Child} content @returns {Promise<any>} Undefined for nothing. */
export function choose(title, content) {
  /** @type {(value?: any) => void} */
  let shut = () => {}
  return dialog(title, content(value => shut(value)), close => {
    shut = close
    return button({ label: t('common.cancel'), onclick: () => close() })
  })
}

/** A part of a page under its heading. @param {string} title @param {import('../dom.js').Child} actions @param {...import('../dom.js').Child} content @returns {HTMLElement} */
export function section(title, actions, ...content) {
  const id = `section-${++asked}`
  return h('section', { class: 'card part', 'aria-labelledby': id }, h('div', { class: 'head' }, h('h2', { id }, title), h('div', { class: 'buttons' }, actions)), content)
}

/** What a control is told apart by. @param {Element} element */
const named = element => `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent}`

/** Draws a place anew: what was open stays open, and the focus where it was, or at the heading where that is gone. @param {Element} place @param {...import('../dom.js').Child} children */
export function redraw(place, ...children) {
  const active = document.activeElement, had = active && place.contains(active) ? named(active) : ''
  const open = [...place.querySelectorAll('details[open] > summary')].map(named)
  fill(place, ...children)
  for (const summary of place.querySelectorAll('details > summary')) {
    if (open.includes(named(summary))) /** @type {HTMLDetailsElement} */ (summary.parentElement).open = true
  }
  if (!had) return
  const controls = /** @type {HTMLElement[]} */ ([...place.querySelectorAll('a, button, summary, input, textarea, select')])
  const again = controls.find(one => named(one) === had) ?? /** @type {HTMLElement | null} */ (place.querySelector('h2'))
  if (again?.tagName === 'H2') again.tabIndex = -1
  again?.focus({ preventScroll: true })
}

/** @param {number} seconds Unix seconds */
export const time = seconds => h('time', { datetime: new Date(seconds * 1000).toISOString(), title: dateTime(seconds) }, ago(seconds))

/** Somebody's picture and name. @param {import('../people.js').Person} person @param {...import('../dom.js').Child} more */
export const who = (person, ...more) => h('span', { class: 'person' }, avatar(person), h('span', { class: 'person-what' }, h('strong', null, personName(person)), more))

// texts: parties.role.*
/** @param {Role} role */
export const roleBadge = role => h('span', { class: ['badge', role !== 'member' && 'good'] }, t(`parties.role.${role}`))

// texts: parties.sent.*
/** What is to be known of a topic at a glance. @param {Topic} topic */
export function badges({ version, openSuggestions, approval, sent }) {
  const rejected = approval?.approvers.some(({ state }) => state === 'rejected')
  return [
    h('span', { class: 'badge' }, version ? t('parties.version', { version }) : t('parties.noDraft')),
    openSuggestions ? h('span', { class: 'badge' }, t('parties.openSuggestions', { count: openSuggestions })) : null,
    approval ? h('span', { class: ['badge', approval.approved && 'good', rejected && 'bad'] }, t(rejected ? 'parties.rejected' : approval.approved ? 'parties.approved' : 'parties.approving')) : null,
    sent ? sentBadge(sent.state) : null,
  ]
}

const GOOD = ['sent', 'active', 'queued', 'sending']

/** @param {string} state */
export const sentBadge = state => h('span', { class: ['badge', state === 'sent' && 'good', !GOOD.includes(state) && state !== 'cancelled' && 'bad'] },
  icon(state === 'sent' ? 'check' : GOOD.includes(state) ? 'send' : 'warning'), t(`parties.sent.${state}`))

/** Reads one at a time: what is asked for during a reading is answered by one more after it. @param {() => Promise<void>} read @returns {() => Promise<void>} */
export function inTurn(read) {
  /** @type {Promise<void> | undefined} */
  let now
  /** @type {Promise<void> | undefined} */
  let next
  /** @returns {Promise<void>} */
  const run = () => {
    if (now) return next ??= now.catch(() => {}).then(() => { next = undefined; return run() })
    return now = read().finally(() => { now = undefined })
  }
  return run
}

/** Calls `read` when something may have changed that nobody told of: the page is seen again, or the connection was away. @param {() => unknown} read @param {AbortSignal} signal */
export function watchReturn(read, signal) {
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') read() }, { signal })
  addEventListener('online', read, { signal })
}
