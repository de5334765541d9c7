// Small things that the parts of the console share.

import { h } from '../dom.js'
import { dateTime, has, language, t } from '../texts.js'
import { call } from '../api.js'

/** @typedef {(cursor: string | undefined) => Promise<{ items: any[], next?: string }>} Loader */

/** Pages of a list for `endless`. @param {string} path @param {object} body @param {AbortSignal} signal @returns {Loader} */
export const pages = (path, body, signal) => async cursor => {
  const { payload, nextCursor } = await call(path, { ...body, limit: 50, cursor }, { signal })
  return { items: payload ?? [], next: nextCursor }
}

/** Names and values in pairs; a pair without a value is left out. @param {[string, import('../dom.js').Child][]} pairs */
export const facts = pairs => h('dl', { class: 'facts' }, pairs.map(([name, value]) =>
  value === null || value === undefined || value === '' ? null : h('div', null, h('dt', null, name), h('dd', null, value))))

/** A point in time. @param {number} seconds Unix seconds */
export const when = seconds => h('time', { datetime: new Date(seconds * 1000).toISOString() }, dateTime(seconds))

/** @param {string} uid @param {string} [text] */
export const userLink = (uid, text) => h('a', { href: `#/console/users/${encodeURIComponent(uid)}` }, text ?? uid)

/** An id, which is to be copied or compared rather than read. @param {string} text */
export const code = text => h('code', null, text)

/** A failure's code in words, and the code beside it where it is one that we know. @param {string} name */
export const failureText = name => has(`console.failure.${name}`) ? t(`console.failure.${name}`) : name // texts: console.failure.*

const exact = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', minimumFractionDigits: 2, maximumFractionDigits: 6 })
const rough = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', notation: 'compact', minimumFractionDigits: 0, maximumSignificantDigits: 3 })

/** US dollars to the last millionth. @param {number} micro Millionths of a dollar, whole */
export function usd(micro) {
  // Given as digits: as a binary fraction a sum of 0.1 would not be exact.
  const value = BigInt(micro), digits = (value < 0n ? -value : value).toString().padStart(7, '0')
  return exact.format(/** @type {any} */ (`${value < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`))
}

/** US dollars for an axis: three digits. @param {number} micro */
export const usdRough = micro => rough.format(micro / 1e6)

/** Whole numbers for an axis, e.g. 12K. */
export const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 })

const times = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' })
const exactTimes = new Intl.DateTimeFormat(language, { timeStyle: 'medium' })
const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
const shortDays = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** Hours and minutes. @param {number} seconds Unix seconds */
export const clock = seconds => times.format(seconds * 1000)

/** Hours, minutes and seconds. @param {number} seconds Unix seconds */
export const exactClock = seconds => exactTimes.format(seconds * 1000)

/** A day of the server, which counts in UTC. @param {string} text e.g. 2026-11-21 */
export const day = text => days.format(new Date(`${text}T00:00:00Z`))

/** The same, for an axis. @param {string} text */
export const shortDay = text => shortDays.format(new Date(`${text}T00:00:00Z`))

const units = /** @type {const} */ ({ second: 1, minute: 60, hour: 3600, day: 86400 })

/** A length of time, in the largest unit that fits. @param {number} seconds */
export function duration(seconds) {
  const unit = /** @type {keyof typeof units} */ (Object.keys(units).findLast(name => seconds >= units[/** @type {keyof typeof units} */ (name)]) ?? 'second')
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: seconds < 1 ? 2 : 1 }).format(seconds / units[unit])
}

/** 128 random bits as text. */
export const randomId = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
