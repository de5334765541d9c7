// Times in a zone: how the API takes them, and how people read them.

import { date, language, t } from '../texts.js'

/** @typedef {{ kind: string, days?: string[] | null, dayOfMonth?: number | null, until?: string | null, count?: number | null }} Recurrence */

const DAY = 86_400_000

/** Names of the days as the API has them, Monday first. */
export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

// Browsers go on naming some zones as they were called before the IANA database gave them another name.
/** @type {Record<string, string>} */
const RENAMED = {
  'Asia/Calcutta': 'Asia/Kolkata', 'Asia/Katmandu': 'Asia/Kathmandu', 'Asia/Rangoon': 'Asia/Yangon', 'Asia/Saigon': 'Asia/Ho_Chi_Minh', 'Europe/Kiev': 'Europe/Kyiv',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires', 'America/Godthab': 'America/Nuuk', 'Atlantic/Faeroe': 'Atlantic/Faroe', 'Africa/Asmera': 'Africa/Asmara',
}

/** @param {string} zone */
const renamed = zone => RENAMED[zone] ?? zone

/** The zone that this device is set to. */
export const deviceZone = () => renamed(Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC')

/** The zones that the browser knows, and those that are named, which it may know by another name. @param {...(string | null | undefined)} named */
export const zones = (...named) => [...new Set([...Intl.supportedValuesOf('timeZone').map(renamed), 'UTC', ...named.filter(zone => zone != null)])].sort()

/** A zone as it is read: what stands for blanks becomes them. @param {string} zone */
export const zoneName = zone => zone.replace(/_/g, ' ')

/** A point in time as the clocks of a zone show it, e.g. `2026-12-01T09:00`. @param {number} time Milliseconds @param {string} zone */
export const localTime = (time, zone) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(time).replace(' ', 'T')

/** By how much the clocks of a zone are ahead of UTC, in milliseconds. @param {number} time @param {string} zone */
const offset = (time, zone) => Date.parse(`${localTime(time, zone)}Z`) - Math.floor(time / 60_000) * 60_000

/**
 * When clocks of a zone show a time, as the API reads it (docs/api.md, Scheduled delivery): the earlier of two, and moved forward where the zone leaves it out.
 * @param {string} local e.g. `2026-12-01T09:00`
 * @param {string} zone
 * @returns {number} Milliseconds; NaN for what is no time.
 */
export function instant(local, zone) {
  const shown = Date.parse(`${local}Z`)
  if (Number.isNaN(shown)) return NaN
  const before = offset(shown - DAY, zone), after = offset(shown + DAY, zone)
  return [shown - before, shown - after].find(time => time + offset(time, zone) === shown) ?? shown - before
}

/** @type {Intl.DateTimeFormatOptions} */
const DAY_AND_TIME = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit' }

/** @param {number} seconds Unix seconds @param {string} zone @param {Intl.DateTimeFormatOptions} style */
function shown(seconds, zone, style) {
  try {
    return new Intl.DateTimeFormat(language, { ...style, timeZone: zone }).format(seconds * 1000)
  } catch {
    // A zone that this browser does not know.
    return `${new Intl.DateTimeFormat(language, { ...style, timeZone: 'UTC' }).format(seconds * 1000)} UTC`
  }
}

/** When something is, in its zone; and in the reader's where their clocks show something else. @param {number} seconds Unix seconds @param {string} zone */
export function timeText(seconds, zone) {
  const here = deviceZone(), there = shown(seconds, zone, DAY_AND_TIME)
  if (there === shown(seconds, here, DAY_AND_TIME)) return there
  const sameDay = shown(seconds, zone, { dateStyle: 'short' }) === shown(seconds, here, { dateStyle: 'short' })
  return t('schedule.timeBoth', { there, zone: zoneName(zone), here: shown(seconds, here, sameDay ? { timeStyle: 'short' } : DAY_AND_TIME) })
}

// Monday, 1 January 2024, and the days after it.
const dayNames = (/** @type {'long' | 'short'} */ weekday) => new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' })

/** The day of a date. @param {string} date e.g. `2026-12-01` @returns {string} As the API has it. */
export const dayOf = date => DAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]

/** @param {string} day As the API has it @param {'long' | 'short'} [length] */
export const dayName = (day, length = 'long') => dayNames(length).format(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)))

// texts: schedule.rule.*
/** How something comes again, in words. @param {Recurrence | null} rule */
export function ruleText(rule) {
  if (!rule) return t('schedule.rule.none')
  const days = new Intl.ListFormat(language).format((rule.days ?? []).map(day => dayName(day)))
  const how = rule.kind === 'monthly' && !rule.dayOfMonth ? t('schedule.rule.monthlyOn') : t(`schedule.rule.${rule.kind}`, { days, day: rule.dayOfMonth ?? 1 })
  const end = [rule.until && t('schedule.rule.until', { date: date(Date.parse(`${rule.until}T12:00:00`) / 1000) }), rule.count && t('schedule.rule.count', { count: rule.count })]
  return [how, ...end.filter(Boolean)].join(', ')
}
