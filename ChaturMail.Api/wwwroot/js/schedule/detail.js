// One schedule: what it sends, and what became of each that has left.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, callOne } from '../api.js'
import { button, confirm, errorBox, icon, toast } from '../ui.js'
import { liveEvents } from '../live.js'
import { actions, badges, facts, reasonText, stateBadge, titleOf } from './words.js'
import { timeText } from './times.js'

/** @typedef {import('./dialog.js').Schedule} Schedule */
/** @typedef {{ to: string, state: string, changedOn: number | null, nextOn: number | null, reason: string | null, status: string | null, said: string | null }} Recipient */
/** @typedef {{ occurrence: number, on: number, state: string, canResend: boolean, recipients: Recipient[] }} Delivery */

// While something is on its way, in milliseconds: at first often, later seldom.
const SOON = 1_000, LATEST = 30_000

/** @param {HTMLElement} root @param {string} id @param {AbortSignal} signal */
export async function detail(root, id, signal) {
  const title = h('h1', { id: `schedule-${id}` }), what = h('div', { class: 'card' }), trouble = h('div', null), deliveries = h('section', { 'aria-live': 'polite' })
  let shown = '', wait = SOON
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const read = async () => {
    clearTimeout(timer)
    try {
      const answer = await callOne('/schedule/getSchedule', { id }, { signal })
      fill(trouble)
      draw(answer)
    } catch (error) {
      if (signal.aborted) return
      if (!shown) throw error
      // What is shown stays; only that it is not new is told.
      fill(trouble, errorBox(error, read))
    }
  }
  const draw = (/** @type {{ schedule: Schedule, deliveries: Delivery[] }} */ { schedule, deliveries: list }) => {
    const now = JSON.stringify([schedule, list])
    if (now !== shown) {
      const focused = what.contains(document.activeElement) || deliveries.contains(document.activeElement)
      fill(title, titleOf(schedule))
      fill(what, badges(schedule), facts(schedule), h('p', { class: 'schedule-text' }, schedule.text), sights(schedule.attachments ?? []), actions(schedule, read, true))
      fill(deliveries, list.length ? h('h2', null, t('schedule.deliveries')) : null, list.length ? h('ul', { class: 'list' }, list.map(one => item(schedule, one, read))) : null)
      if (focused && document.activeElement === document.body) title.focus()
      wait = SOON
    }
    shown = now
    const pending = list.some(({ state }) => ['queued', 'sending'].includes(state)) || schedule.state === 'active' && (schedule.nextOn ?? 0) * 1000 < Date.now() + LATEST
    if (pending && !document.hidden && !signal.aborted) timer = setTimeout(read, wait = Math.min(LATEST, wait * 1.5))
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  document.addEventListener('visibilitychange', () => { if (!document.hidden) read() }, { signal })
  liveEvents.addEventListener('notification', event => { if (/** @type {CustomEvent} */ (event).detail?.data?.scheduleId === id) read() }, { signal })
  title.tabIndex = -1
  await read()
  fill(root, h('a', { class: 'back', href: '#/schedule' }, icon('left'), t('nav.schedule')), title, trouble, what, deliveries)
}

/** The pictures that go with an email; their addresses are good for a minute, by when they are loaded. @param {string[]} ids */
const sights = ids => ids.length ? h('ul', { class: 'schedule-sights' }, ids.map(id => {
  const item = h('li', null)
  callOne('/attachment/getUrl', { id }).then(({ url, fileName, width, height }) => fill(item, h('img', { src: url, alt: fileName, width, height })),
    error => fill(item, error instanceof ApiFailure && error.code === 'attachment_not_found' ? t('schedule.pictureGone') : '…'))
  return item
})) : null

/** @param {Schedule} schedule @param {Delivery} delivery @param {() => Promise<void>} again */
function item(schedule, delivery, again) {
  const { occurrence, on, state, recipients, canResend } = delivery
  const time = h('time', { datetime: new Date(on * 1000).toISOString() }, timeText(on, schedule.timeZone))
  const name = h('span', null, schedule.recurrence ? [t('schedule.number', { count: occurrence }), ' · '] : null, time)
  const whole = h('div', { class: 'schedule-head' }, h('h3', null, name), stateBadge(state))
  return h('li', { class: 'card' }, whole,
    h('ul', { class: 'schedule-recipients' }, recipients.map(one => recipient(one, recipients.length > 1, schedule.timeZone))),
    canResend ? button({ label: t('schedule.again'), icon: 'again', onclick: async () => {
      const doubt = recipients.some(one => one.state === 'uncertain')
      if (doubt && !await confirm(t('schedule.againAsk'), t('schedule.againText'), t('schedule.again'))) return
      await callOne('/schedule/resend', { id: schedule.id, occurrence })
      toast(t('schedule.onItsWay'))
      await again()
    } }) : null)
}

const EXPLAINED = ['refused', 'bounced', 'uncertain', 'missed', 'skipped', 'unsubscribed']

// texts: schedule.about.*
/** @param {Recipient} one @param {boolean} several @param {string} zone */
function recipient({ to, state, reason, status, said, nextOn }, several, zone) {
  const why = [reason && reasonText(reason), EXPLAINED.includes(state) && t(`schedule.about.${state}`)].filter(Boolean).join(' ')
  if (!to && !why) return null
  return h('li', null, to ? h('strong', null, to) : null, several ? [' ', stateBadge(state)] : null,
    why ? h('p', null, why) : null,
    said || status ? h('p', { class: 'muted' }, t('schedule.serverSaid'), ' ', h('q', null, [status, said].filter(Boolean).join(' '))) : null,
    nextOn && state === 'queued' && reason ? h('p', { class: 'muted' }, t('schedule.triedOn', { time: timeText(nextOn, zone) })) : null)
}
