// How schedules and what became of them are told.

import { h } from '../dom.js'
import { has, t } from '../texts.js'
import { callOne } from '../api.js'
import { button, confirm, icon, toast } from '../ui.js'
import { scheduleDialog } from './dialog.js'
import { ruleText, timeText } from './times.js'

/** @typedef {import('./dialog.js').Schedule} Schedule */

const GOOD = ['sent'], BAD = ['refused', 'bounced', 'failed', 'uncertain', 'missed', 'unsubscribed']

/** A state with a picture and its word. @param {string} state Of a delivery, a recipient or a schedule */
export function stateBadge(state) {
  const kind = GOOD.includes(state) ? 'good' : BAD.includes(state) ? 'bad' : ''
  // texts: schedule.state.*
  const picture = kind === 'good' ? 'check' : kind === 'bad' ? 'warning' : ['queued', 'active', 'sending'].includes(state) ? 'schedule' : 'close'
  return h('span', { class: ['badge', kind] }, icon(picture), t(`schedule.state.${state}`))
}

/** What a schedule's own badge says: of what recurs that it goes on, and beside it what the last one came to where that is bad. @param {Schedule} schedule */
export const badges = ({ state, lastState }) => h('p', { class: 'schedule-badges' }, stateBadge(state === 'done' ? lastState ?? 'sent' : state),
  state !== 'done' && lastState && BAD.includes(lastState) ? h('span', { class: 'schedule-last' }, t('schedule.lastOne'), ' ', stateBadge(lastState)) : null)

// texts: schedule.reason.* error.*
/** Why something did not leave, or not yet. @param {string} reason */
export const reasonText = reason => has(`schedule.reason.${reason}`) ? t(`schedule.reason.${reason}`) : has(`error.${reason}`) ? t(`error.${reason}`) : reason

/** @type {Map<string, Promise<string>>} */
const names = new Map()

/** The name of a message's conversation; '' when there is none any more. @param {string} id */
function conversationName(id) {
  const known = names.get(id)
  if (known) return known
  const reading = callOne('/conversation/getConversation', { conversationId: id }).then(one => one.name, () => '')
  names.set(id, reading)
  return reading
}

/** What a schedule is called: an email's subject, a message's conversation. @param {Schedule} schedule @returns {HTMLElement} */
export function titleOf({ kind, subject, conversationId }) {
  if (kind === 'email') return h('span', null, subject)
  const title = h('span', null, t('schedule.message'))
  conversationName(conversationId ?? '').then(name => { if (name) title.textContent = t('schedule.messageTo', { name }) })
  return title
}

/** To whom, when, and how it comes again. @param {Schedule} schedule */
export function facts(schedule) {
  const { to, kind, nextOn, endedOn, timeZone, recurrence, state } = schedule
  const pair = (/** @type {string} */ name, /** @type {import('../dom.js').Child} */ value) => h('div', null, h('dt', null, name), h('dd', null, value))
  const time = (/** @type {number} */ seconds) => h('time', { datetime: new Date(seconds * 1000).toISOString() }, timeText(seconds, timeZone))
  return h('dl', { class: 'schedule-facts' },
    kind === 'email' ? pair(t('schedule.to'), (to ?? []).join(', ')) : null,
    state === 'active' && nextOn ? pair(t(recurrence ? 'schedule.next' : 'schedule.when'), time(nextOn)) : endedOn ? pair(t('schedule.ended'), time(endedOn)) : null,
    recurrence ? pair(t('schedule.repeat'), ruleText(recurrence)) : null)
}

/** What can be done with what is yet to leave. @param {Schedule} schedule @param {(now: Schedule) => void} onchange @param {boolean} [all] */
export function actions(schedule, onchange, all = false) {
  if (schedule.state !== 'active') return null
  const named = { 'aria-describedby': `schedule-${schedule.id}` }
  return h('div', { class: 'buttons' },
    button({ label: t('schedule.edit'), icon: 'edit', ...named, onclick: async () => {
      const changed = await scheduleDialog({ kind: schedule.kind, schedule })
      if (changed) onchange(changed)
    } }),
    all && schedule.recurrence ? button({ label: t('schedule.skip'), ...named, onclick: async () => {
      const now = await callOne('/schedule/skipNext', { id: schedule.id, occurrence: schedule.occurrence })
      toast(t('schedule.skipped'))
      onchange(now)
    } }) : null,
    button({ label: t('schedule.cancel'), icon: 'delete', kind: 'quiet', ...named, onclick: async () => {
      if (!await confirm(t('schedule.cancelAsk'), t(schedule.recurrence ? 'schedule.cancelAll' : 'schedule.cancelOne'), t('schedule.cancelYes'))) return
      const now = await callOne('/schedule/cancelSchedule', { id: schedule.id })
      toast(t('schedule.cancelled'))
      onchange(now)
    } }))
}
