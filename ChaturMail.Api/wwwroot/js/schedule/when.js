// Asks when something is to leave: now or at a time in a zone, and how it comes again.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { field } from '../ui.js'
import { DAYS, dayName, dayOf, deviceZone, instant, localTime, ruleText, timeText, zoneName, zones } from './times.js'

/** @typedef {import('./times.js').Recurrence} Recurrence */
/** @typedef {{ now: boolean, date: string, time: string, zone: string, kind: string, days: string[], end: string, until: string, count: string,
 *   day?: number | null, dayOf?: string }} Typed `day` is the rule's day of the month, which holds for as long as the date is `dayOf`. */
/** @typedef {{ at?: string, timeZone?: string, recurrence?: Recurrence }} When As the API takes it: nothing at all for now. */

const KINDS = ['none', 'daily', 'weekdays', 'weekly', 'monthly'], ENDS = ['never', 'until', 'count']

/** What is proposed for later: tomorrow at nine. @param {string} zone @returns {Typed} */
export const proposed = zone => ({
  now: true, date: localTime(Date.now() + 86_400_000, zone).slice(0, 10), time: '09:00', zone, kind: 'none', days: [], end: 'never', until: '', count: '',
})

/** What a schedule's next occurrence is like. @param {{ nextOn: number | null, timeZone: string, recurrence: Recurrence | null }} schedule @returns {Typed} */
export function typedOf({ nextOn, timeZone: zone, recurrence: rule }) {
  const [date, time] = localTime((nextOn ?? 0) * 1000, zone).split('T')
  return { now: false, date, time, zone, kind: rule?.kind ?? 'none', days: rule?.days ?? [], end: rule?.count ? 'count' : rule?.until ? 'until' : 'never',
    until: rule?.until ?? '', count: rule?.count ? String(rule.count) : '', day: rule?.dayOfMonth, dayOf: date }
}

let groups = 0

/**
 * @param {Typed} typed What it begins with; kept up to date.
 * @param {{ canBeNow: boolean, recurs: boolean, onchange: () => void }} options
 * @returns {HTMLElement & { read(): When | null }} `read` gives null where something is missing, which it shows.
 */
export function whenFields(typed, { canBeNow, recurs, onchange }) {
  const name = `when-${++groups}`
  const choice = (/** @type {boolean} */ now) => h('label', { class: 'check' },
    h('input', { type: 'radio', name, checked: typed.now === now, onchange: () => { typed.now = now; draw() } }), t(now ? 'schedule.now' : 'schedule.later'))
  const input = (/** @type {'date' | 'time' | 'until' | 'count' | 'zone' | 'kind' | 'end'} */ key, /** @type {any} */ control) => {
    control.value = typed[key]
    control.addEventListener('input', () => { typed[key] = control.value; draw() })
    return control
  }
  // texts: schedule.kind.* schedule.end.*
  const option = (/** @type {string} */ value, /** @type {string} */ text) => h('option', { value }, text)
  const date = field({ label: t('schedule.date'), control: input('date', h('input', { type: 'date' })) })
  const time = field({ label: t('schedule.time'), control: input('time', h('input', { type: 'time' })) })
  const zone = field({ label: t('schedule.zone'), control: input('zone', h('select', null, zones(typed.zone, deviceZone()).map(value => h('option', { value }, zoneName(value))))) })
  const kind = field({ label: t('schedule.repeat'), control: input('kind', h('select', null, KINDS.map(value => option(value, t(`schedule.kind.${value}`))))) })
  const days = h('fieldset', { class: 'schedule-days' }, h('legend', null, t('schedule.days')), h('div', null, DAYS.map(day => h('label', { class: 'check' },
    h('input', { type: 'checkbox', checked: typed.days.includes(day), onchange: (/** @type {any} */ event) => {
      typed.days = DAYS.filter(one => one === day ? event.target.checked : typed.days.includes(one))
      draw()
    } }), dayName(day)))))
  const end = field({ label: t('schedule.ends'), control: input('end', h('select', null, ENDS.map(value => option(value, t(`schedule.end.${value}`))))) })
  const until = field({ label: t('schedule.lastDay'), control: input('until', h('input', { type: 'date' })) })
  const count = field({ label: t('schedule.times'), control: input('count', h('input', { type: 'number', min: 1, max: 366, inputmode: 'numeric' })) })
  const summary = h('p', { class: 'schedule-summary', role: 'status' })
  const ending = h('div', { class: 'columns' }, end, until, count)
  const later = h('div', null, h('div', { class: 'columns' }, date, time), zone, recurs ? [kind, days, ending] : null)

  const rule = () => ({ kind: typed.kind, days: typed.kind !== 'weekly' ? undefined : typed.days.length ? typed.days : [dayOf(typed.date)],
    dayOfMonth: typed.kind === 'monthly' && typed.day && typed.date === typed.dayOf ? typed.day : undefined,
    until: typed.end === 'until' && typed.until || undefined, count: typed.end === 'count' && Number(typed.count) || undefined })
  const leaves = () => instant(`${typed.date}T${typed.time}`, typed.zone)
  const said = () => {
    if (typed.now) return ''
    const first = leaves()
    if (Number.isNaN(first)) return ''
    if (typed.kind === 'none') return t('schedule.leavesOn', { time: timeText(first / 1000, typed.zone) })
    return t('schedule.leavesFrom', { time: timeText(first / 1000, typed.zone), rule: ruleText(rule()) })
  }
  function show() {
    const repeats = typed.kind !== 'none'
    later.hidden = typed.now
    days.hidden = typed.kind !== 'weekly'
    ending.hidden = !repeats
    until.hidden = typed.end !== 'until'
    count.hidden = typed.end !== 'count'
    fill(summary, said())
  }
  function draw() {
    show()
    onchange()
  }
  show()

  /** @type {any} */
  const element = h('fieldset', { class: 'schedule-when' }, h('legend', null, t('schedule.when')),
    canBeNow ? h('div', { class: 'schedule-choice' }, choice(true), choice(false)) : null, later, summary)
  element.read = () => {
    if (typed.now) return {}
    // A minute that has just begun is now.
    const past = leaves() < Date.now() - 60_000
    const wrong = /** @type {[any, string][]} */ ([
      [date, !typed.date ? t('schedule.missing') : past && typed.time ? t('schedule.past') : ''], [time, typed.time ? '' : t('schedule.missing')],
      [until, ending.hidden || until.hidden || typed.until >= typed.date ? '' : t('schedule.untilWrong')],
      [count, ending.hidden || count.hidden || Number(typed.count) >= 1 && Number(typed.count) <= 366 ? '' : t('schedule.timesWrong')],
    ]).filter(([place, text]) => { place.fail(text); return text })
    if (wrong.length) {
      wrong[0][0].control.focus()
      return null
    }
    return { at: `${typed.date}T${typed.time}`, timeZone: typed.zone, ...(recurs && { recurrence: rule() }) }
  }
  return element
}
