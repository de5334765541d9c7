// The list of emails: drawn item by item, so that what stays is not touched; emails can be picked, and deleted with undo.

import { h, fill } from '../dom.js'
import { dateTime, t } from '../texts.js'
import { kept } from '../session.js'
import { button, errorBox, icon } from '../ui.js'
import { deleteWithUndo, hiddenEmails } from './deleting.js'
import { item, seen } from './item.js'
import { Reading } from './pages.js'
import { selectionBar } from './selection.js'
import { knownTemplates, templates } from './templates.js'

/** @typedef {import('../email/email.js').Email} Email */
/** @typedef {import('./pages.js').Pages} Pages */

// So near the window's lower edge the end of the list calls for more, in pixels.
const NEAR = 400

export class EmailList {
  element = h('ul', { class: 'list' })
  end = h('div', { class: 'list-end' })
  notice = h('div')
  status = h('p', { class: 'unseen', role: 'status' })
  /** The email that was opened, and how far the page was scrolled then. @type {{ id: string, top: number } | null} */
  opened = null
  /** @type {Reading} */
  reading
  /** @type {Map<string, { node: HTMLElement, box: HTMLInputElement, seen: string }>} */
  #items = new Map()
  /** @type {Set<string>} */
  #picked = new Set()
  #known = knownTemplates()
  #searching = new AbortController()
  #root
  #signal

  /** @param {HTMLElement} root Gets the class `picking` while emails are picked. @param {AbortSignal} signal @param {string} search @param {Pages} [restored] */
  constructor(root, signal, search, restored) {
    this.#root = root
    this.#signal = signal
    this.selection = selectionBar(this)
    this.reading = this.#follow(search, restored)
    const watch = new IntersectionObserver(entries => { if (entries.some(entry => entry.isIntersecting)) this.#near() }, { rootMargin: `${NEAR}px` })
    watch.observe(this.end)
    signal.addEventListener('abort', () => watch.disconnect())
    addEventListener('online', () => { if (this.reading.pages.device) this.reading.begin() }, { signal })
    templates().then(known => { this.#known = known; this.draw() })
    if (restored) this.draw()
    this.reading.begin()
  }

  /** Shows what is found by another text. @param {string} search */
  look(search) {
    this.#items.clear()
    this.#picked.clear()
    this.reading = this.#follow(search)
    this.reading.begin()
  }

  /** What was read but for what was deleted. @returns {Email[]} */
  get emails() {
    const hidden = hiddenEmails()
    return this.reading.pages.emails.filter(email => !hidden.has(email.id))
  }

  /** @returns {Email[]} */
  get picked() {
    return this.emails.filter(email => this.#picked.has(email.id))
  }

  /** Picks emails, or does not any more. @param {Email[]} emails @param {boolean} is */
  pick(emails, is) {
    for (const { id } of emails) {
      if (is) this.#picked.add(id)
      else this.#picked.delete(id)
      const box = this.#items.get(id)?.box
      if (box) box.checked = is
    }
    this.selection.draw()
  }

  /** Whether emails can be picked. @param {boolean} on */
  set picking(on) {
    this.#root.classList.toggle('picking', on)
    this.pick(this.reading.pages.emails, false)
  }

  draw() {
    if (this.#signal.aborted) return
    const { emails } = this, { pages } = this.reading
    place(this.element, emails.map(email => this.#item(email)))
    this.element.hidden = emails.length === 0
    fill(this.notice, pages.device ? h('div', { class: 'notice', role: 'status' }, icon('offline'), h('p', null, deviceText()),
      button({ label: t('common.tryAgain'), icon: 'again', onclick: () => this.reading.begin() })) : null)
    fill(this.end, this.#ending(emails.length))
    if (pages.answered && !pages.loading) this.status.textContent = this.#found(emails.length)
    this.selection.draw()
    this.#near()
  }

  /** @param {Email[]} emails */
  remove(emails) {
    const now = this.emails, ids = new Set(emails.map(email => email.id))
    const next = now.slice(now.findLastIndex(email => ids.has(email.id)) + 1).find(email => !ids.has(email.id)) ?? now.findLast(email => !ids.has(email.id))
    const focused = this.element.contains(document.activeElement)
    deleteWithUndo(emails, { onundo: () => { this.draw(); this.#focus(emails[0]) }, ondone: () => this.draw() })
    this.draw()
    if (focused) this.#focus(next)
  }

  /** @param {Email} email */
  #item(email) {
    const template = this.#known.get(email.promptId), looks = seen(email, template), old = this.#items.get(email.id)
    if (old?.seen === looks) return old.node
    const box = h('input', { type: 'checkbox', checked: this.#picked.has(email.id), onchange: () => this.pick([email], box.checked) })
    const onopen = () => { this.opened = { id: email.id, top: scrollY } }
    const node = item(email, { template, box, search: this.reading.pages.search, onopen, ondelete: () => this.remove([email]) })
    this.#items.set(email.id, { node, box, seen: looks })
    return node
  }

  /** What a screen reader is told of a search. @param {number} count */
  #found(count) {
    const { search, over } = this.reading.pages
    return !search ? '' : over ? t('history.found', { count }) : t('history.foundMore', { count })
  }

  /** What stands below the list. @param {number} count How many emails there are in it */
  #ending(count) {
    const { pages } = this.reading
    if (pages.error) return errorBox(pages.error, () => this.reading.again())
    if (count === 0 && pages.over && !pages.loading) return nothing(pages)
    if (pages.loading) return pages.answered || count === 0 ? h('p', { class: 'muted', role: 'status' }, t('common.loading')) : null
    return pages.over ? null : button({ label: t('common.more'), onclick: () => this.reading.more() })
  }

  /** Reads on when the end of the list is near. */
  #near() {
    requestAnimationFrame(() => { if (!this.#signal.aborted && this.end.isConnected && this.end.getBoundingClientRect().top < innerHeight + NEAR) this.reading.more() })
  }

  /** Who deletes by keyboard goes on with the next one. @param {Email | undefined} email */
  #focus(email) {
    const to = email ? this.#items.get(email.id)?.node.querySelector('a') : this.#root.querySelector('h1')
    if (to instanceof HTMLHeadingElement) to.tabIndex = -1
    to?.focus()
  }

  /** @param {string} search @param {Pages} [restored] */
  #follow(search, restored) {
    this.#searching.abort()
    this.#searching = new AbortController()
    return new Reading({ search, restored, onchange: () => this.draw(), signal: AbortSignal.any([this.#signal, this.#searching.signal]) })
  }
}

function deviceText() {
  const readOn = kept('history.readOn', 0)
  return readOn ? t('history.device', { when: dateTime(readOn) }) : t('history.deviceOnly')
}

/** @param {Pages} pages */
const nothing = ({ search, device }) => h('div', { class: 'card history-empty' }, icon(search ? 'search' : 'history'),
  h('p', null, search ? t('history.nothingFound', { search }) : device ? t('history.nothingKept') : t('history.empty')),
  search || device ? null : h('a', { class: 'button primary', href: '#/write' }, icon('write'), t('history.write')))

/** Puts nodes into a list in their order; those that are in their place are not touched, so that the focus stays. @param {HTMLElement} list @param {HTMLElement[]} nodes */
function place(list, nodes) {
  const wanted = new Set(nodes)
  for (const child of [...list.children]) if (!wanted.has(/** @type {HTMLElement} */ (child))) child.remove()
  let at = list.firstElementChild
  for (const node of nodes) {
    if (node === at) at = at.nextElementSibling
    else list.insertBefore(node, at)
  }
}
