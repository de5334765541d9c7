// The user's conversations as this page knows them, and what keeps them up to date: updates as they are told, and whatever was missed by /conversation/sync, so that
// nothing is lost or counted twice (docs/api.md, Conversations).

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call, callOne } from '../api.js'
import { currentSession, sessionEvents } from '../session.js'
import { connect, invoke, liveEvents, online } from '../live.js'
import { tell } from '../ui.js'
import { flush } from './outbox.js'

/**
 * @typedef {{ id: string, conversationId: string, sequence: number, change: number, senderId: string, clientId: string, text: string, replyTo: string | null,
 * mentions: string[], attachments: string[], createdOn: number, editedOn: number | null, deletedOn: number | null }} Message
 * @typedef {{ userId: string, name: string, picture: string, isAdmin: boolean, delivered: number | null, seen: number | null }} Member
 * @typedef {{ id: string, kind: 'direct' | 'group' | 'topic', name: string, partyId: string | null, topicId: string | null, members: Member[], memberCount: number,
 * isAdmin: boolean, change: number, lastMessage: Message | null, unread: number, delivered: number, seen: number }} Conversation
 * As docs/api.md has them.
 * @typedef {Conversation & { fresh: Set<number> }} Known `unread` counts up to `change`; `fresh` holds the sequences of those that came since.
 * @typedef {{ userId: string, online: boolean, lastSeenOn: number | null }} Presence
 */

/** Tells `change` when conversations or who is there changed. */
export const inboxEvents = new EventTarget()

/** @type {Map<string, Known>} */
export const conversations = new Map()
/** @type {Map<string, Presence>} */
export const presences = new Map()

// Of each conversation the greatest change up to which everything is here, and what came beyond it.
/** @type {Map<string, number>} */
const positions = new Map()
/** @type {Map<string, Set<number>>} */
const ahead = new Map()
/** @type {Set<string>} */
const unacknowledged = new Set()
/** @type {Set<string>} */
const arriving = new Set()
/** @type {Set<string>} */
const watched = new Set()
/** @type {Map<string, string>} Titles of topics, by their ids. */
const titles = new Map()

// The server's limits of positions in a sync and of people who are watched.
const MOST_POSITIONS = 1000, MOST_WATCHED = 100
// How long a number that is missing may still come by itself; how often is asked with a connection, and without.
const GAP = 400, CONNECTED = 30_000, ALONE = 4_000, ACKNOWLEDGE = 700, WATCH = 240_000

export const me = () => currentSession()?.uid ?? ''

/** @param {Known} conversation */
export const unreadOf = ({ unread, fresh }) => unread + fresh.size

/** Whoever a direct conversation is with. @param {Conversation} conversation */
export const otherOf = ({ kind, members }) => kind === 'direct' ? members.find(member => member.userId !== me()) : undefined

/** @param {Conversation} conversation */
export const nameOf = ({ kind, name, topicId, memberCount }) => name || (kind === 'topic' ? titles.get(topicId ?? '') || t('messages.topic') : t(memberCount > 1 ? 'people.unnamed' : 'messages.nobody'))

/** @type {Promise<void> | null} */
let reading = null
let begun = false, disabled = false, lastSync = 0, lastWatch = 0, gapTimer = 0, acknowledgeTimer = 0, told = false

/** Connects, and reads the conversations. */
export function begin() {
  if (begun || disabled || !currentSession()) return
  begun = true
  connect()
  read().catch(refused)
  flush()
}

/** Reads all conversations, once. */
export const read = () => reading ??= (async () => {
  /** @type {string | undefined} */
  let cursor
  do {
    const answer = await call('/conversation/getConversations', { limit: 100, cursor })
    for (const one of answer.payload ?? []) put(one)
    cursor = answer.nextCursor
  } while (cursor && conversations.size < MOST_POSITIONS)
  changed()
})().catch(error => {
  reading = null
  throw error
})

/** Reads one conversation again. @param {string} id @returns {Promise<Known>} @throws {ApiFailure} */
export async function refresh(id) {
  try {
    const item = /** @type {Conversation} */ (await callOne('/conversation/getConversation', { conversationId: id }))
    put(item)
    changed()
    return /** @type {Known} */ (conversations.get(id))
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'conversation_not_found') forget(id)
    throw error
  }
}

/** @param {Conversation} item */
export function put(item) {
  const before = conversations.get(item.id)
  // An answer may be older than what was told since.
  const newer = before?.lastMessage && before.lastMessage.change > (item.lastMessage?.change ?? 0) ? before.lastMessage : item.lastMessage
  const seen = Math.max(before?.seen ?? 0, item.seen)
  const known = { ...item, lastMessage: newer, seen, unread: seen >= (newer?.sequence ?? 0) ? 0 : item.unread, fresh: new Set([...before?.fresh ?? []].filter(sequence => sequence > Math.max(item.change, seen))) }
  conversations.set(item.id, known)
  if (!positions.has(item.id)) {
    positions.set(item.id, item.change)
    if (item.delivered < item.change) acknowledge(item.id)
  }
  if (item.topicId && !titles.has(item.topicId)) title(item.topicId)
}

/** @param {string} id */
async function title(id) {
  titles.set(id, '')
  const topic = await callOne('/topic/getTopic', { id }).catch(() => null)
  if (topic?.title) titles.set(id, topic.title)
  changed()
}

/** @param {string} id */
function forget(id) {
  for (const known of [conversations, positions, ahead]) known.delete(id)
  changed()
}

/** @type {Promise<void> | null} */
let syncing = null

/** Asks for what was missed, and tells it as if it had come just now. */
export const sync = () => syncing ??= catchUp().catch(refused).finally(() => { syncing = null })

/** An account that is disabled is told nothing more, and asks for nothing. @param {unknown} error */
function refused(error) {
  if (!begun || !(error instanceof ApiFailure) || error.code !== 'account_disabled') return
  begun = false
  disabled = true
  tell(error)
}

async function catchUp() {
  await read()
  lastSync = Date.now()
  for (let more = true; more;) {
    const known = [...positions].slice(0, MOST_POSITIONS).map(([conversationId, change]) => ({ conversationId, change }))
    const missed = (await invoke('Sync', { positions: known, limit: 200 })).payload?.[0]
    for (const { conversationId: id, change, messages } of missed.conversations) {
      if (!conversations.has(id)) await refresh(id).catch(() => {})
      for (const message of messages) liveEvents.dispatchEvent(new CustomEvent('message', { detail: message }))
      if (change > (positions.get(id) ?? 0)) {
        positions.set(id, change)
        advance(id)
      }
    }
    missed.left.forEach(forget)
    more = missed.more
  }
  acknowledgeAll()
}

/** Goes on over what came beyond a position. @param {string} id */
function advance(id) {
  const came = ahead.get(id) ?? new Set()
  let position = positions.get(id) ?? 0
  while (came.has(position + 1)) position++
  positions.set(id, position)
  for (const change of came) if (change <= position) came.delete(change)
  if (!came.size) ahead.delete(id)
  acknowledge(id)
}

/** @param {Message} message */
function take(message) {
  const { conversationId: id, change, sequence, senderId, deletedOn } = message
  const conversation = conversations.get(id)
  // One that is new to the user: what it says comes with it, and what is told meanwhile by the next sync.
  if (!conversation) {
    if (!arriving.has(id)) refresh(id).then(sync, () => {}).finally(() => arriving.delete(id))
    arriving.add(id)
    return
  }
  if (change > (positions.get(id) ?? 0)) {
    ahead.set(id, (ahead.get(id) ?? new Set()).add(change))
    advance(id)
    if (ahead.has(id) && !syncing) {
      clearTimeout(gapTimer)
      gapTimer = setTimeout(() => { if (ahead.size) sync() }, GAP)
    }
  }
  if (sequence > conversation.change && sequence > conversation.seen && senderId !== me() && !deletedOn) conversation.fresh.add(sequence)
  if (deletedOn) conversation.fresh.delete(sequence)
  const last = conversation.lastMessage
  if (!last || sequence > last.sequence || (sequence === last.sequence && change > last.change)) conversation.lastMessage = message
  changed()
}

/** @param {{ conversationId: string, userId: string, seen: number }} receipt Also of the user's other devices. */
function noteSeen({ conversationId, userId, seen }) {
  const conversation = conversations.get(conversationId)
  if (!conversation || userId !== me() || seen <= conversation.seen) return
  conversation.seen = seen
  for (const sequence of conversation.fresh) if (sequence <= seen) conversation.fresh.delete(sequence)
  if (!conversation.unread) changed()
  // How many of those that were unread from the beginning are left is known to the server.
  else if (seen < (conversation.lastMessage?.sequence ?? 0)) refresh(conversationId).catch(() => {})
  else {
    conversation.unread = 0
    changed()
  }
}

/** The user has looked at all up to a message. @param {string} id @param {number} sequence */
export function seenUpTo(id, sequence) {
  const conversation = conversations.get(id)
  if (!conversation || sequence <= conversation.seen) return
  noteSeen({ conversationId: id, userId: me(), seen: sequence })
  acknowledge(id)
}

/** @param {string} id */
function acknowledge(id) {
  unacknowledged.add(id)
  acknowledgeTimer ||= setTimeout(() => { acknowledgeTimer = 0; acknowledgeAll() }, ACKNOWLEDGE)
}

function acknowledgeAll() {
  for (const id of [...unacknowledged]) {
    unacknowledged.delete(id)
    const conversation = conversations.get(id)
    if (!conversation) continue
    invoke('Acknowledge', { conversationId: id, delivered: positions.get(id) ?? 0, seen: conversation.seen })
      .catch(error => { if (error.code !== 'conversation_not_found') unacknowledged.add(id) })
  }
}

/** Tells from now on whether these people are there. @param {string[]} uids */
export function watch(uids) {
  const before = watched.size
  for (const uid of uids) if (uid !== me() && watched.size < MOST_WATCHED) watched.add(uid)
  if (watched.size > before) lookWhoIsThere()
}

async function lookWhoIsThere() {
  if (!watched.size) return
  lastWatch = Date.now()
  const states = await invoke('WatchPresence', { userIds: [...watched] }).catch(() => null)
  for (const state of states?.payload ?? []) presences.set(state.userId, state)
  changed()
}

/** Tells once for all that changes within a moment. */
function changed() {
  if (told) return
  told = true
  queueMicrotask(() => {
    told = false
    count()
    inboxEvents.dispatchEvent(new Event('change'))
  })
}

/** The number of unread messages stands in the navigation and in the page's title. */
function count() {
  const all = [...conversations.values()].reduce((sum, one) => sum + unreadOf(one), 0), some = all > 99 ? '99+' : `${all}`
  const link = document.querySelector('#nav a[href="#/messages"]')
  const badge = link?.querySelector('.count') ?? link?.appendChild(h('span', { class: 'count' }))
  if (badge) fill(badge, all ? [some, h('span', { class: 'unseen' }, ` ${t('nav.unread')}`)] : null)
  const title = document.title.replace(/^\(\d+\+?\) /, '')
  const wanted = all ? `(${some}) ${title}` : title
  if (document.title !== wanted) document.title = wanted
}

/** @param {string} type @param {(data: any) => void} listener */
const on = (type, listener) => liveEvents.addEventListener(type, event => listener(/** @type {CustomEvent} */ (event).detail))
on('message', take)
on('receipt', noteSeen)
on('conversation', ({ conversationId }) => refresh(conversationId).catch(() => {}))
on('presence', state => { presences.set(state.userId, state); changed() })
on('resync', () => sync())
on('open', () => lookWhoIsThere())
on('close', () => changed())
new MutationObserver(count).observe(/** @type {Node} */ (document.querySelector('title')), { childList: true })
addEventListener('viewchange', () => count())
document.addEventListener('visibilitychange', () => { if (begun && document.visibilityState === 'visible') sync() })
setInterval(() => {
  if (!begun) return
  const pause = online() || document.visibilityState === 'hidden' ? CONNECTED : ALONE
  if (Date.now() - lastSync >= pause) sync()
  if (Date.now() - lastWatch >= (online() ? WATCH : CONNECTED)) lookWhoIsThere()
}, ALONE)
sessionEvents.addEventListener('change', () => {
  if (currentSession()) return
  for (const known of [conversations, presences, positions, ahead, unacknowledged, watched, titles]) known.clear()
  begun = disabled = false
  reading = null
  changed()
})
