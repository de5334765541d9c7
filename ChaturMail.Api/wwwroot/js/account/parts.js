// Pieces that the account's pages are made of.

import { h, fill } from '../dom.js'
import { language, number, t } from '../texts.js'
import { errorBox, field } from '../ui.js'

/**
 * A part of a page that comes from the server: it says that it loads, then shows what came, or what went wrong with a way to try again.
 * @template T
 * @param {() => Promise<T>} load
 * @param {(what: T) => import('../dom.js').Child} draw
 * @param {AbortSignal} signal
 * @returns {HTMLElement}
 */
export function part(load, draw, signal) {
  const place = h('div', { class: 'part', tabindex: '-1' })
  const read = async () => {
    // The button that is pressed to try again goes away with what it stands in; the focus stays at the place.
    if (place.contains(document.activeElement)) place.focus({ preventScroll: true })
    fill(place, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
    try {
      const what = await load()
      if (!signal.aborted) fill(place, draw(what))
    } catch (error) {
      if (!signal.aborted) fill(place, errorBox(error, read))
    }
  }
  read()
  return place
}

/** @typedef {HTMLElement & { control: any, fail(text: string): void, check(): boolean, set(value: string): void }} Counted */

/**
 * A field that says how long its text may be and how long it is. Nothing is cut off: what is too long is told, for the user to shorten. Counted as the API does
 * (docs/api.md, Limits): UTF-16 code units, without the blanks around.
 * @param {{ label: string, control: any, min?: number, max: number, hint?: string }} what `min` is 1 unless told; 0 for a field that may be empty.
 * @returns {Counted} `check()` shows what is wrong with the text, and is false then.
 */
export function counted({ label, control, min = 1, max, hint }) {
  const limits = min > 1 ? t('account.limits.between', { min, max }) : t('account.limits.most', { max })
  const element = /** @type {any} */ (field({ label, control, hint: hint ? `${hint} ${limits}` : limits }))
  const count = h('span', { class: 'count', 'aria-hidden': 'true' })
  element.classList.add('counted')
  element.querySelector('.hint').append(count)
  const length = () => control.value.trim().length
  const draw = () => {
    fill(count, `${number(length())} / ${number(max)}`)
    count.classList.toggle('over', length() > max)
    if (length() > max) element.fail(t('account.limits.over', { count: length() - max }))
  }
  control.addEventListener('input', draw)
  element.check = () => {
    const short = min - length()
    element.fail(length() > max ? t('account.limits.over', { count: length() - max })
      : short <= 0 ? '' : length() ? t('account.limits.short', { count: short }) : t('account.limits.missing'))
    return length() <= max && short <= 0
  }
  element.set = (/** @type {string} */ value) => { control.value = value; element.fail(''); draw() }
  draw()
  return element
}

/** Checks all fields, and leads the user to the first that is wrong. @param {Counted[]} fields @returns {boolean} */
export function checked(fields) {
  const wrong = fields.filter(one => !one.check())
  wrong[0]?.control.focus()
  return wrong.length === 0
}

/** A size that people read. @param {number} bytes */
export function size(bytes) {
  const [unit, shown] = bytes < 1e6 ? ['kilobyte', bytes / 1e3] : ['megabyte', bytes / 1e6]
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: shown < 100 ? 1 : 0 }).format(shown)
}

/** Number with its sign. @param {number} value */
export const signed = value => new Intl.NumberFormat(language, { signDisplay: 'exceptZero' }).format(value)
