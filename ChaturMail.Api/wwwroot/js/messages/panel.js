// The messages of one conversation and where the next is written. The view of messages shows it, and that of a topic.

import { h, fill } from '../dom.js'
import { date, language, t } from '../texts.js'
import { ApiFailure, call, callOne } from '../api.js'
import { button, confirm, errorBox, errorText, notice, tell } from '../ui.js'
import { personName } from '../people.js'
import { preferences } from '../preferences.js'
import { invoke, liveEvents, online } from '../live.js'
import { bubble, unsent } from './bubble.js'
import { composer } from './composer.js'
import { begin, conversations, inboxEvents, me, refresh, seenUpTo } from './inbox.js'
import { discard, outboxEvents, resend, waitingIn } from './outbox.js'

/** @typedef {import('./inbox.js').Message} Message */

const PAGE = 50
// So near to its end, in pixels, a log stays there, and near its ends more is read.
const NEAR = 80, AHEAD = 400
// How long somebody who was told of types, in milliseconds.
const TYPES = 5_000
// How often it is asked how far messages have come, where nobody tells.
const RECEIPTS = 15_000

/**
 * @param {string} conversationId
 * @param {AbortSignal} signal Ends its listeners and calls.
 * @param {{ at?: number }} [more] The sequence of a message that is to be shown.
 * @returns {HTMLElement}
 */
export function conversationPanel(conversationId, signal, { at } = {}) {
  const root = h('section', { class: 'chat', 'aria-label': t('messages.conversation') }, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  const panel = new Panel(conversationId, signal, root)
  panel.start(at)
  return root
}

class Panel {
  /** @type {import('./inbox.js').Known} */
  conversation = /** @type {any} */ (null)
  /** What is loaded: a part of the history without gaps. @type {Message[]} */
  messages = []
  /** Messages that others quote, and are not loaded. @type {Map<string, Message | null>} */
  others = new Map()
  atStart = false
  atEnd = true
  /** The greatest sequence that was told of and not put in, for what is loaded did not reach the end. */
  beyond = 0
  loading = false
  stuck = true
  fresh = 0
  translate = false
  /** The last that the user had seen when they came. */
  divider = Infinity
  /** @type {Map<string, { key: string, element: any }>} */
  drawn = new Map()
  /** @type {Map<string, number>} */
  typing = new Map()

  /** @param {string} id @param {AbortSignal} signal @param {HTMLElement} root */
  constructor(id, signal, root) {
    this.id = id
    this.signal = signal
    this.root = root
    this.list = h('div', { class: 'messages-list' })
    this.top = h('div', { class: 'log-end' })
    this.log = h('div', { class: 'log', role: 'log', tabindex: 0, 'aria-label': t('messages.log'), 'aria-live': 'off' }, this.top, this.list)
    this.newest = h('button', { type: 'button', class: 'button newest', hidden: true, onclick: () => this.toNewest() })
    this.who = h('p', { class: 'typing muted', role: 'status' })
    this.composer = composer(id, { members: () => this.conversation?.members ?? [], signal, onsent: () => this.toNewest(), lastOwn: () => this.messages.findLast(one => one.senderId === me() && !one.deletedOn) })
    // From the beginning on: what is said while the history is read is in neither.
    this.on('message', message => this.take(message))
  }

  /** @param {string} type Of updates of this conversation @param {(data: any) => void} act */
  on(type, act) {
    liveEvents.addEventListener(type, event => {
      const { detail } = /** @type {CustomEvent} */ (event)
      if (detail?.conversationId === this.id) act(detail)
    }, { signal: this.signal })
  }

  /** @param {number} [at] */
  async start(at) {
    begin()
    this.atEnd = at === undefined
    try {
      const [conversation, chosen] = await Promise.all([refresh(this.id), preferences().catch(() => null), this.load(at === undefined ? {} : { before: at + 1 })])
      if (this.signal.aborted) return
      this.conversation = conversation
      this.translate = chosen?.autoTranslate === true && chosen.canTranslate
      if (at !== undefined) await this.load({ after: at })
    } catch (error) {
      if (!this.signal.aborted) fill(this.root, errorBox(error, () => { fill(this.root); this.start(at) }))
      return
    }
    this.divider = this.unread() ? this.conversation.seen : Infinity
    this.listen()
    fill(this.root, h('div', { class: 'log-place' }, this.log, this.newest), this.who, h('div', null))
    this.draw()
    const place = at === undefined ? this.list.querySelector('.divider') : this.elementOf(at)
    if (place) place.scrollIntoView({ block: at === undefined ? 'start' : 'center' })
    else this.toEnd()
    if (at !== undefined) this.point(place)
    this.scrolled()
    requestAnimationFrame(() => this.log.setAttribute('aria-live', 'polite'))
  }

  unread = () => this.messages.some(one => one.senderId !== me() && one.sequence > this.conversation.seen)

  listen() {
    const { signal } = this, more = { signal }
    this.on('receipt', ({ userId, delivered, seen }) => {
      const member = this.conversation.members.find(one => one.userId === userId)
      if (!member) return
      member.delivered = Math.max(member.delivered ?? 0, delivered)
      member.seen = Math.max(member.seen ?? 0, seen)
      this.progress()
    })
    this.on('typing', ({ userId }) => this.types(userId))
    // The inbox has asked for it: other members, another name.
    inboxEvents.addEventListener('change', () => {
      const now = conversations.get(this.id)
      if (!now) return void fill(this.root, notice(t('error.conversation_not_found')))
      // In lists members have no positions.
      if (now.members.every(member => member.seen !== null)) this.conversation = now
      this.draw()
    }, more)
    outboxEvents.addEventListener('change', event => { if (/** @type {CustomEvent} */ (event).detail === this.id) this.draw() }, more)
    for (const type of ['open', 'close']) liveEvents.addEventListener(type, () => this.whoTypes(), more)
    // Receipts are told once: those that were missed are read.
    const reread = () => { refresh(this.id).catch(() => {}) }
    liveEvents.addEventListener('resync', reread, more)
    const timer = setInterval(() => { if (!online() && document.visibilityState === 'visible') reread() }, RECEIPTS)
    signal.addEventListener('abort', () => clearInterval(timer))
    document.addEventListener('visibilitychange', () => this.look(), more)
    addEventListener('scroll', () => this.look(), { passive: true, signal })
    this.log.addEventListener('scroll', () => this.scrolled(), { passive: true, signal })
    const size = new ResizeObserver(() => { if (this.stuck) this.toEnd() })
    size.observe(this.list)
    size.observe(this.log)
    signal.addEventListener('abort', () => size.disconnect())
  }

  /** Reads a part of the history. @param {{ before?: number, after?: number }} place */
  async load(place) {
    const into = this.messages, { beyond } = this
    this.loading = true
    try {
      const page = /** @type {Message[]} */ ((await call('/message/getMessages', { conversationId: this.id, limit: PAGE, ...place }, { signal: this.signal })).payload ?? [])
      // Another part of the history is shown by now.
      if (this.messages !== into) return
      for (const message of page) this.put(message)
      // What was told meanwhile of those before the page would leave a gap.
      if (place.after === undefined && place.before === undefined && page.length === PAGE) {
        const first = Math.min(...page.map(one => one.sequence))
        into.splice(0, into.findIndex(one => one.sequence === first))
      }
      if (place.after === undefined) this.atStart = page.length < PAGE
      // What was told while it was asked may be missing from the answer.
      else this.atEnd = page.length < PAGE && (this.beyond === beyond || (into.at(-1)?.sequence ?? 0) >= this.beyond)
    } finally {
      if (this.messages === into) this.loading = false
    }
  }

  /** @param {Message} message */
  put(message) {
    const { messages } = this
    let at = messages.length
    while (at > 0 && messages[at - 1].sequence > message.sequence) at--
    if (at > 0 && messages[at - 1].id === message.id) {
      if (messages[at - 1].change < message.change) messages[at - 1] = message
    } else messages.splice(at, 0, message)
  }

  /** @param {Message} message */
  take(message) {
    const known = this.messages.some(one => one.id === message.id), newest = this.messages.at(-1)?.sequence ?? 0, oldest = this.messages[0]?.sequence ?? 0
    this.others.delete(message.id)
    clearTimeout(this.typing.get(message.senderId))
    if (this.typing.delete(message.senderId)) this.whoTypes()
    const shown = this.log.isConnected
    if (!known && message.sequence > newest) {
      if (shown && (!this.stuck || !this.atEnd)) this.fresh++
      if (!this.atEnd) {
        this.beyond = Math.max(this.beyond, message.sequence)
        return shown ? this.scrolled() : undefined
      }
    } else if (!known && message.sequence < oldest && !this.atStart) return
    this.put(message)
    if (!shown) return
    this.draw()
    this.scrolled()
  }

  /** Brings what is shown up to date: what has not changed stays as it is, with what the user has opened in it. */
  draw() {
    if (!this.conversation || !this.log.isConnected) return
    /** @type {HTMLElement[]} */
    const nodes = []
    const waiting = this.atEnd ? waitingIn(this.id).filter(one => !this.messages.some(message => message.clientId === one.clientId && message.senderId === me())) : []
    let day = '', sender = '', isNew = false
    /** @type {Map<string, { key: string, element: any }>} */
    const drawn = new Map()
    const reuse = (/** @type {string} */ id, /** @type {string} */ key, /** @type {() => any} */ make) => {
      const before = this.drawn.get(id), now = before?.key === key ? before : { key, element: make() }
      drawn.set(id, now)
      nodes.push(now.element)
      return now.element
    }
    for (const message of this.messages) {
      const on = new Date(message.createdOn).toDateString()
      if (on !== day) reuse(`day ${on}`, '', () => h('p', { class: 'day' }, h('span', null, dayOf(message.createdOn))))
      if (!isNew && message.sequence > this.divider && message.senderId !== me()) {
        isNew = true
        reuse('divider', '', () => h('p', { class: 'divider' }, h('span', null, t('messages.new'))))
      }
      const person = this.conversation.members.find(member => member.userId === message.senderId)
      const quoted = message.replyTo ? this.quoted(message.replyTo) : null
      const element = reuse(message.id, `${message.change} ${person?.name} ${quoted?.change}`, () => bubble(message, this.context))
      element.classList.toggle('follows', sender === message.senderId && on === day)
      element.progress()
      day = on
      sender = message.senderId
    }
    for (const one of waiting) reuse(one.clientId, one.failed ?? '', () => unsent(one, {
      reason: one.failed ? errorText(new ApiFailure(one.failed, '')) : '', again: () => resend(one.clientId), discard: () => discard(one.clientId), signal: this.signal }))
    if (!nodes.length) reuse('none', '', () => h('p', { class: 'muted none' }, t('messages.none')))
    this.list.querySelector('.newest-own')?.classList.remove('newest-own')
    drawn.get(this.messages.findLast(one => one.senderId === me())?.id ?? '')?.element.classList.add('newest-own')
    const closed = this.conversation.kind === 'direct' && this.conversation.memberCount < 2, foot = /** @type {HTMLElement} */ (this.root.lastElementChild)
    if (foot.dataset.closed !== `${closed}`) {
      foot.dataset.closed = `${closed}`
      fill(foot, closed ? notice(t('error.conversation_closed')) : this.composer.element)
    }
    fill(this.top, this.atStart ? null : button({ label: t('messages.before'), kind: 'quiet', onclick: () => this.earlier() }))
    this.drawn = drawn
    const { stuck } = this
    place(this.list, nodes)
    if (stuck) this.toEnd()
  }

  /** @type {Parameters<typeof bubble>[1]} */
  get context() {
    return {
      members: () => this.conversation.members, group: () => this.conversation.kind !== 'direct', signal: this.signal, mayDelete: () => this.conversation.isAdmin,
      quoted: id => this.quoted(id), jump: id => this.jump(id), reply: message => this.composer.reply(message), edit: message => this.composer.edit(message),
      remove: message => this.remove(message), translate: this.translate,
    }
  }

  /** @param {string} id */
  quoted(id) {
    const loaded = this.messages.find(one => one.id === id)
    if (!loaded && !this.others.has(id)) {
      this.others.set(id, null)
      callOne('/message/getMessage', { id }, { signal: this.signal }).then(message => { this.others.set(id, message); this.draw() }, () => {})
    }
    return loaded ?? this.others.get(id)
  }

  progress() {
    for (const { element } of this.drawn.values()) element.progress?.()
  }

  /** @param {Message} message */
  async remove(message) {
    if (!await confirm(t('messages.delete'), t('messages.deleteText'), t('common.delete'))) return
    const answer = await invoke('Delete', { id: message.id })
    liveEvents.dispatchEvent(new CustomEvent('message', { detail: answer.payload?.[0] }))
  }

  // Where the log stands

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight
  }

  async toNewest() {
    if (!this.atEnd) {
      const { messages } = this, mine = this.messages = /** @type {Message[]} */ ([])
      this.atEnd = true
      try {
        await this.load({})
      } catch (error) {
        if (this.messages === mine) Object.assign(this, { messages, atEnd: false })
        return tell(error)
      }
    }
    this.stuck = true
    this.draw()
    this.toEnd()
    this.scrolled()
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log, left = scrollHeight - scrollTop - clientHeight
    this.stuck = this.atEnd && left < NEAR
    if (this.stuck) this.fresh = 0
    this.newest.hidden = this.stuck
    fill(this.newest, this.fresh ? t('messages.toNew', { count: this.fresh }) : t('messages.toNewest'))
    if (scrollTop < AHEAD && !this.atStart) this.earlier()
    else if (left < AHEAD && !this.atEnd) this.later()
    this.look()
  }

  /** What stands in a window that is looked at, down to the end, has been seen. */
  look() {
    const last = this.messages.at(-1), { bottom } = this.log.getBoundingClientRect()
    if (last && this.stuck && document.visibilityState === 'visible' && this.log.checkVisibility() && bottom > 0 && bottom <= innerHeight + NEAR) seenUpTo(this.id, last.sequence)
  }

  async earlier() {
    const [first] = this.messages
    if (this.loading || this.atStart || !first) return
    this.log.setAttribute('aria-live', 'off')
    const read = await this.load({ before: first.sequence }).then(() => true, error => { if (!this.signal.aborted) tell(error) })
    if (!read) return
    const below = this.log.scrollHeight - this.log.scrollTop
    this.draw()
    this.log.scrollTop = this.log.scrollHeight - below
    requestAnimationFrame(() => this.log.setAttribute('aria-live', 'polite'))
  }

  async later() {
    if (this.loading) return
    await this.load({ after: this.messages.at(-1)?.sequence ?? 0 }).then(() => { this.draw(); this.scrolled() }, () => {})
  }

  /** Shows a message, also one that is not loaded. @param {string} id */
  async jump(id) {
    const sequence = this.quoted(id)?.sequence
    if (sequence === undefined) return
    if (!this.messages.some(one => one.id === id)) {
      const { messages, atStart, atEnd } = this, mine = this.messages = /** @type {Message[]} */ ([])
      this.atEnd = this.stuck = false
      try {
        await this.load({ before: sequence + 1 })
        if (this.messages !== mine) return
        await this.load({ after: sequence })
      } catch (error) {
        if (this.messages === mine) Object.assign(this, { messages, atStart, atEnd: atEnd && this.beyond <= (messages.at(-1)?.sequence ?? 0) })
        return tell(error)
      }
      this.draw()
    }
    const element = this.elementOf(sequence)
    element?.scrollIntoView({ block: 'center' })
    this.point(element)
  }

  /** @param {number} sequence @returns {HTMLElement | undefined} */
  elementOf(sequence) {
    return this.drawn.get(this.messages.find(one => one.sequence === sequence)?.id ?? '')?.element
  }

  /** @param {any} element */
  point(element) {
    if (!element) return
    element.tabIndex = -1
    element.focus({ preventScroll: true })
    element.classList.add('pointed')
    setTimeout(() => element.classList.remove('pointed'), 2_000)
  }

  // Who is typing

  /** @param {string} uid */
  types(uid) {
    clearTimeout(this.typing.get(uid))
    this.typing.set(uid, setTimeout(() => { this.typing.delete(uid); this.whoTypes() }, TYPES))
    this.whoTypes()
  }

  whoTypes() {
    const [first, ...more] = this.typing.keys()
    const text = !online() ? t('messages.slow') : !first ? '' : more.length ? t('messages.typingMany') : t('messages.typing', { name: personName(this.conversation.members.find(one => one.userId === first)) })
    if (this.who.textContent !== text) fill(this.who, text)
  }
}

/** @param {number} milliseconds */
function dayOf(milliseconds) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(milliseconds).setHours(0, 0, 0, 0)) / 86_400_000)
  return days < 2 ? new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-days, 'day') : date(milliseconds / 1000)
}

/** Makes these the children of an element; those that are there already are not moved without need. @param {Element} parent @param {Element[]} nodes */
export function place(parent, nodes) {
  const wanted = new Set(nodes)
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove()
  nodes.forEach((node, at) => { if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] ?? null) })
}
