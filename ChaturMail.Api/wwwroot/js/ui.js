// Pieces that every view is made of. They look as css/base.css says.

import { h, svg, fill } from './dom.js'
import { has, t } from './texts.js'
import { ApiFailure } from './api.js'

// Drawn on 24 by 24, by strokes.
const ICONS = {
  write: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4', history: 'M4 12a8 8 0 1 0 3-6.2M4 4v4h4M12 8v4l3 2', coins: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v8M9.5 10h3.5a1.5 1.5 0 0 1 0 3H10',
  tutorials: 'M4 5h6a2 2 0 0 1 2 2v13a2 2 0 0 0-2-2H4zM20 5h-6a2 2 0 0 0-2 2v13a2 2 0 0 1 2-2h6z', console: 'M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6', prompts: 'M6 3h9l4 4v14H6zM9 12h7M9 16h7',
  parties: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.6-4 3-6 6.500-6s5.900 2 6.500 6M16 4.500a3 3 0 0 1 0 6M17.500 14.500c2.200.6 3.600 2.400 4 5.500', messages: 'M4 5h16v11H9l-5 4zM8 9h8M8 12h5', schedule: 'M12 21a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 8v5l3 2M5 3L2.500 5.500M19 3l2.500 2.500', send: 'M4 12L20 4l-5 16-3-7zM12 13l8-9', image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9h.01',
  profile: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-5 4-7 8-7s7 2 8 7', feedback: 'M4 5h16v11H9l-5 4z', signout: 'M14 4h5v16h-5M4 12h11M8 8l-4 4 4 4', close: 'M6 6l12 12M18 6L6 18',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5', copy: 'M8 8h12v12H8zM16 8V4H4v12h4', mail: 'M3 6h18v12H3zM3 7l9 7 9-7', edit: 'M4 20h4L19 9l-4-4L4 16z', delete: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  more: 'M5 12h.01M12 12h.01M19 12h.01', stop: 'M7 7h10v10H7z', check: 'M5 12l5 5L20 7', warning: 'M12 4l9 16H3zM12 10v4M12 17h.01', down: 'M6 9l6 6 6-6', left: 'M15 6l-6 6 6 6', right: 'M9 6l6 6-6 6',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14', again: 'M20 12a8 8 0 1 1-3-6.2M20 4v4h-4', theme: 'M20 14A8 8 0 1 1 10 4a6 6 0 0 0 10 10z', language: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18', offline: 'M4 4l16 16M8 18h9a4 4 0 0 0 2-7M6 9a5 5 0 0 0 0 9h2M10 6a6 6 0 0 1 8 5', plus: 'M12 5v14M5 12h14', bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.500 2h-15zM10 21h4',
}

/** A picture beside a text, of no meaning of its own. @param {keyof typeof ICONS} name */
export const icon = name => svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: ICONS[name] }))

/**
 * A button. With `icon` and without a visible text it is named by `label`.
 * @param {{ label: string, icon?: keyof typeof ICONS, kind?: 'primary' | 'quiet' | 'danger', iconOnly?: boolean, onclick?: (event: Event) => unknown } & Record<string, any>} what
 * `onclick` may give a promise: until it is settled the button is busy, and what it throws is told in a toast.
 * @returns {HTMLButtonElement}
 */
export function button({ label, icon: name, kind, iconOnly, onclick, ...attributes }) {
  const element = h('button', { type: 'button', class: ['button', kind, iconOnly && 'icon-only'], 'aria-label': iconOnly ? label : null, title: iconOnly ? label : null, ...attributes },
    name ? icon(name) : null, iconOnly ? null : h('span', null, label))
  if (onclick) element.addEventListener('click', (/** @type {Event} */ event) => {
    const doing = onclick(event)
    if (doing instanceof Promise) busy(element, doing).catch(tell)
  })
  return element
}

/**
 * Makes a button busy while something goes on: it takes no second click, and keeps the focus.
 * @template T
 * @param {HTMLElement} element
 * @param {Promise<T>} doing
 */
export async function busy(element, doing) {
  if (element.getAttribute('aria-busy') === 'true') return doing
  const guard = (/** @type {Event} */ event) => { event.preventDefault(); event.stopImmediatePropagation() }
  element.setAttribute('aria-busy', 'true')
  element.setAttribute('aria-disabled', 'true')
  element.addEventListener('click', guard, { capture: true })
  try {
    return await doing
  } finally {
    element.removeAttribute('aria-busy')
    element.removeAttribute('aria-disabled')
    element.removeEventListener('click', guard, { capture: true })
  }
}

let fields = 0

/**
 * A control with its label, hint and place for an error.
 * @param {{ label: string, control: any, hint?: string, optional?: boolean }} what
 * @returns {HTMLElement & { control: any, fail(text: string): void }} `fail('')` takes an error away; one shown goes when the user types.
 */
export function field({ label, control, hint, optional }) {
  const id = control.id ||= `field-${++fields}`
  const error = h('p', { class: 'error', id: `${id}-error`, hidden: true })
  const element = h('div', { class: 'field' },
    h('label', { for: id }, label, optional ? h('span', { class: 'muted' }, ` (${t('common.optional')})`) : null),
    control, hint ? h('p', { class: 'hint', id: `${id}-hint` }, hint) : null, error)
  if (hint) control.setAttribute('aria-describedby', `${id}-hint`)
  element.control = control
  element.fail = (/** @type {string} */ text) => {
    error.hidden = !text
    fill(error, text)
    if (text) control.setAttribute('aria-invalid', 'true')
    else control.removeAttribute('aria-invalid')
    control.setAttribute('aria-describedby', [hint && `${id}-hint`, text && `${id}-error`].filter(Boolean).join(' '))
  }
  control.addEventListener('input', () => element.fail(''))
  return element
}

/** What a failure means to the user, in their language. @param {unknown} error */
export function errorText(error) {
  if (!(error instanceof ApiFailure)) return t('error.internal_error')
  // texts: error.*
  const text = has(`error.${error.code}`) ? t(`error.${error.code}`) : error.message || t('error.internal_error')
  const detail = ['invalid_field', 'weak_password'].includes(error.code) && error.message ? ` ${error.message}` : ''
  return text + detail + (error.retryAfter ? ` ${t('common.retryAfter', { count: error.retryAfter })}` : '')
}

/** A failure in the page, with a way to try again. @param {unknown} error @param {() => unknown} [again] */
export const errorBox = (error, again) => h('div', { class: 'notice bad', role: 'alert' }, icon('warning'), h('p', null, errorText(error)),
  again ? button({ label: t('common.tryAgain'), icon: 'again', onclick: again }) : null)

/** A sentence in the page. @param {string} text @param {'good' | 'bad' | 'info'} [kind] @param {...import('./dom.js').Child} more */
export const notice = (text, kind = 'info', ...more) => h('div', { class: `notice ${kind}`, role: kind === 'bad' ? 'alert' : 'status' }, h('p', null, text), ...more)

/** Where toasts are. It must be in the page before the first of them: many screen readers say nothing of a region that comes with its text. One is said at a time. */
export const toasts = () => document.getElementById('toasts') ?? document.body.appendChild(h('div', { id: 'toasts', role: 'status', 'aria-live': 'polite', 'aria-atomic': 'false' }))

/**
 * Says something for a while, read out by screen readers. With an action it stays for 10 s, and as long as the pointer or the focus is on it (WCAG 2.2.1).
 * @param {string} text
 * @param {{ action?: string, onaction?: () => unknown, onclose?: () => unknown, kind?: 'info' | 'bad' }} [more] `onclose` is called once when it goes without the action.
 * @returns {() => void} Closes it.
 */
export function toast(text, { action, onaction, onclose, kind = 'info' } = {}) {
  const place = toasts()
  // An open modal dialog makes the rest of the page inert: what is to be seen and used stands in it.
  const dialog = document.querySelector('dialog[open]')
  if (dialog && place.parentElement !== dialog) dialog.append(place)
  else if (!dialog && place.parentElement !== document.body) document.body.append(place)
  let done = false
  const end = (/** @type {boolean} */ acted) => {
    if (done) return
    done = true
    clearTimeout(timer)
    const focused = element.contains(document.activeElement)
    element.remove()
    if (acted) onaction?.()
    else onclose?.()
    if (focused && document.activeElement === document.body) back()
  }
  // The focus goes back to where it came from, or to the heading where that is gone.
  /** @type {HTMLElement | null} */
  let before = null
  function back() {
    before?.focus()
    if (document.activeElement !== document.body) return
    const heading = document.querySelector('main h1')
    heading?.setAttribute('tabindex', '-1')
    ;/** @type {HTMLElement | null} */ (heading)?.focus({ preventScroll: true })
  }
  const element = h('div', { class: `toast ${kind}` }, h('span', null, text),
    action ? h('button', { type: 'button', class: 'button', onclick: () => end(true) }, action) : null,
    button({ label: t('common.close'), icon: 'close', kind: 'quiet', iconOnly: true, onclick: () => end(false) }))
  const wait = action || kind === 'bad' ? 10_000 : 5_000
  let timer = setTimeout(end, wait, false)
  element.addEventListener('focusin', (/** @type {FocusEvent} */ { relatedTarget: from }) => { if (from instanceof HTMLElement && !place.contains(from)) before = from })
  for (const begin of ['pointerenter', 'focusin']) element.addEventListener(begin, () => clearTimeout(timer))
  for (const over of ['pointerleave', 'focusout']) element.addEventListener(over, () => { clearTimeout(timer); timer = setTimeout(end, wait, false) })
  place.append(element)
  return () => end(false)
}

/** Tells a failure in a toast; one that is only the end of waiting is not told. @param {unknown} error */
export function tell(error) {
  if (error instanceof DOMException && error.name === 'AbortError') return
  if (!(error instanceof ApiFailure)) console.error(error)
  toast(errorText(error), { kind: 'bad' })
}

/**
 * A modal dialog. Escape and a click beside it close it, the focus goes back to where it was.
 * @param {string} title
 * @param {import('./dom.js').Child} content
 * @param {(close: (value?: any) => void) => import('./dom.js').Child} buttons
 * @returns {Promise<any>} What it was closed with; undefined by Escape.
 */
export function dialog(title, content, buttons) {
  return new Promise(resolve => {
    const id = `dialog-${++fields}`
    /** @type {any} */
    let result
    const close = (/** @type {any} */ value) => { result = value; element.close() }
    const element = h('dialog', { 'aria-labelledby': id, onclick: (/** @type {Event} */ event) => { if (event.target === element) close(undefined) } },
      h('div', { class: 'dialog' }, h('h2', { id }, title), content, h('div', { class: 'buttons' }, buttons(close))))
    element.addEventListener('close', () => {
      const toasts = element.querySelector('#toasts')
      if (toasts) document.body.append(toasts)
      element.remove()
      resolve(result)
    })
    document.body.append(element)
    element.showModal()
  })
}

/** Asks before something that cannot be undone. @param {string} title @param {string} text @param {string} yes The button's text @returns {Promise<boolean>} */
export const confirm = async (title, text, yes) => await dialog(title, h('p', null, text), close => [
  button({ label: t('common.cancel'), onclick: () => close(false) }), button({ label: yes, kind: 'danger', onclick: () => close(true) }),
]) === true

/**
 * A list that loads its next page when its end comes near, or by a button for those who do not scroll.
 * @template T
 * @param {{ load: (cursor: string | undefined) => Promise<{ items: T[], next?: string }>, item: (item: T) => Node, empty: () => Node, signal: AbortSignal, tag?: string }} what
 * @returns {HTMLElement}
 */
export function endless({ load, item, empty, signal, tag = 'ul' }) {
  const list = h(tag, { class: 'list' })
  const end = h('div', { class: 'list-end' })
  /** @type {string | undefined} */
  let cursor
  let loading = false, over = false
  async function more() {
    if (loading || over || signal.aborted) return
    loading = true
    // The button that was pressed goes: the focus moves on to the first that came.
    const focused = end.contains(document.activeElement)
    fill(end, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
    try {
      const page = await load(cursor)
      if (signal.aborted) return
      cursor = page.next
      over = !cursor
      const nodes = page.items.map(item), [came] = nodes
      list.append(...nodes)
      if (focused && came instanceof HTMLElement && document.activeElement === document.body) {
        came.tabIndex = -1
        came.focus()
      }
      fill(end, over ? (list.childElementCount ? null : empty()) : button({ label: t('common.more'), onclick: more }))
    } catch (error) {
      if (signal.aborted) return
      over = true
      fill(end, errorBox(error, () => { over = false; return more() }))
    } finally {
      loading = false
    }
    // A page that does not reach the end of the window calls for the next.
    if (!over && end.getBoundingClientRect().top < innerHeight + 300) requestAnimationFrame(() => { if (end.isConnected) more() })
  }
  const watch = new IntersectionObserver(seen => { if (seen.some(entry => entry.isIntersecting)) more() }, { rootMargin: '300px' })
  watch.observe(end)
  signal.addEventListener('abort', () => watch.disconnect())
  return h('div', { class: 'endless' }, list, end)
}
