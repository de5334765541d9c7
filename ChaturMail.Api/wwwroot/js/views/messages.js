// Messages: the user's conversations, and beside them, or on a narrow screen in their place, one of them.

import { h, fill } from '../dom.js'
import { ago, date, t } from '../texts.js'
import { call } from '../api.js'
import { button, endless, errorBox, icon, tell } from '../ui.js'
import { avatar, personName } from '../people.js'
import { conversationPanel, place } from '../messages/panel.js'
import { gist, moment } from '../messages/bubble.js'
import { groupPage } from '../messages/group.js'
import { begin, conversations, inboxEvents, me, nameOf, otherOf, presences, read, refresh, unreadOf, watch } from '../messages/inbox.js'
import { startPage } from '../messages/start.js'
import { translationDialog } from '../messages/translation.js'

/** @typedef {import('../messages/inbox.js').Known} Known */
/** @typedef {import('../messages/inbox.js').Message} Message */

// After the last key, in milliseconds.
const PAUSE = 300
// Where the list was, and what was looked for.
let scrolled = 0, looked = ''

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, params: [id, part], query, signal }) {
  begin()
  root.classList.toggle('one', Boolean(id))
  const here = h('div', { class: 'here' })
  root.append(side(id, signal), here)
  if (!id) fill(here, h('p', { class: 'muted choose' }, icon('messages'), t('messages.choose')))
  else if (id === 'new') await startPage(here, signal)
  else if (part === 'group') await groupPage(here, id, signal)
  else await one(here, id, signal, query.has('at') ? Number(query.get('at')) : undefined)
}

/** @param {HTMLElement} here @param {string} id @param {AbortSignal} signal @param {number} [at] */
async function one(here, id, signal, at) {
  const title = h('h1', null, h('bdi', null, t('messages.conversation'))), state = h('p', { class: 'presence muted' }), links = h('div', null)
  const draw = () => {
    const conversation = conversations.get(id)
    if (!conversation) return
    const name = nameOf(conversation), other = otherOf(conversation), { kind, memberCount, topicId } = conversation
    if (title.textContent !== name) {
      fill(title, h('bdi', null, name))
      document.title = `${name} · ChaturMail`
    }
    fill(state, other ? presence(other.userId, true) : kind === 'direct' ? null : t('messages.memberCount', { count: memberCount }))
    const [href, label] = kind === 'group' ? [`#/messages/${id}/group`, t('messages.group')] : kind === 'topic' ? [`#/topic/${topicId}`, t('messages.toTopic')] : ['', '']
    if (href && !links.childElementCount) fill(links, h('a', { class: 'button', href }, label))
  }
  fill(here, h('header', { class: 'chat-head' },
    h('a', { class: 'button quiet icon-only back', href: '#/messages', 'aria-label': t('nav.messages'), title: t('nav.messages') }, icon('left')), h('div', { class: 'grow' }, title, state), links),
  conversationPanel(id, signal, { at: Number.isSafeInteger(at) ? at : undefined }))
  inboxEvents.addEventListener('change', draw, { signal })
  const conversation = conversations.get(id) ?? await refresh(id).catch(() => null), other = conversation && otherOf(conversation)
  if (signal.aborted) return
  if (other) watch([other.userId])
  draw()
}

/** Whether somebody is there, by a dot and in words. @param {string} uid @param {boolean} [words] */
function presence(uid, words) {
  const state = presences.get(uid)
  const text = state?.online ? t('messages.online') : state?.lastSeenOn ? t('messages.lastSeen', { when: ago(state.lastSeenOn) }) : ''
  if (!text || (!words && !state?.online)) return null
  return [h('span', { class: ['dot', state?.online && 'on'] }), h('span', { class: words ? null : 'unseen' }, text)]
}

/** @param {string | undefined} current @param {AbortSignal} signal */
function side(current, signal) {
  const list = h('ul', { class: 'conversations' }), status = h('div', null, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  const all = h('nav', { 'aria-label': t('messages.conversations') }, list, status), found = h('div', { class: 'found' })
  /** @type {Map<string, { key: string, element: HTMLElement }>} */
  const rows = new Map()
  const draw = () => {
    const sorted = [...conversations.values()].sort((one, other) => (other.lastMessage?.createdOn ?? 0) - (one.lastMessage?.createdOn ?? 0) || (one.id < other.id ? 1 : -1))
    place(list, sorted.map(conversation => {
      const { id, lastMessage } = conversation, other = otherOf(conversation)
      const key = JSON.stringify([nameOf(conversation), lastMessage?.id, lastMessage?.change, unreadOf(conversation), other && presences.get(other.userId)?.online])
      const before = rows.get(id)
      if (before?.key === key) return before.element
      const made = row(conversation, id === current)
      // The link stays: it may have the focus.
      if (before) before.element.firstElementChild?.replaceChildren(...made.firstElementChild.childNodes)
      rows.set(id, { key, element: before?.element ?? made })
      return before?.element ?? made
    }))
  }
  const start = () => read().then(() => {
    if (signal.aborted) return
    fill(status, conversations.size ? null : h('div', { class: 'empty' }, h('p', null, t('messages.noConversations'))))
    watch([...conversations.values()].flatMap(one => otherOf(one)?.userId ?? []))
    draw()
    element.scrollTop = scrolled
  }, error => { if (!signal.aborted) fill(status, errorBox(error, start)) })
  inboxEvents.addEventListener('change', draw, { signal })
  const search = (/** @type {string} */ text) => {
    looked = text
    all.hidden = text !== ''
    fill(found, text ? results(text, signal) : null)
  }
  const box = h('input', { type: 'search', value: looked, maxlength: 100, placeholder: t('messages.search'), 'aria-label': t('messages.search'), autocomplete: 'off', enterkeyhint: 'search' })
  let timer = 0
  const look = () => { clearTimeout(timer); if (!signal.aborted && box.value.trim() !== looked) search(box.value.trim()) }
  box.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(look, PAUSE) })
  if (looked) search(looked)
  const element = h('div', { class: 'side' },
    h('div', { class: 'head' }, h(current ? 'h2' : 'h1', null, t('nav.messages')),
      h('div', { class: 'buttons' }, button({ label: t('messages.translation.title'), icon: 'language', kind: 'quiet', iconOnly: true, onclick: () => { translationDialog().catch(tell) } }),
        h('a', { class: 'button primary icon-only', href: '#/messages/new', 'aria-label': t('messages.start'), title: t('messages.start') }, icon('plus')))),
    h('form', { role: 'search', class: 'look', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); look() } }, icon('search'), box), all, found)
  signal.addEventListener('abort', () => { scrolled = element.scrollTop })
  draw()
  start()
  return element
}

/** @param {Known} conversation @param {boolean} isCurrent */
function row(conversation, isCurrent) {
  const { id, kind, members, lastMessage } = conversation, other = otherOf(conversation), unread = unreadOf(conversation)
  const sender = lastMessage && kind !== 'direct' ? members.find(member => member.userId === lastMessage.senderId) : undefined
  const by = !lastMessage || lastMessage.deletedOn ? '' : lastMessage.senderId === me() ? `${t('messages.you')}: ` : sender ? `${personName(sender)}: ` : ''
  return h('li', null, h('a', { href: `#/messages/${id}`, 'aria-current': isCurrent ? 'page' : null },
    h('span', { class: 'face' }, kind === 'direct' ? avatar(other) : h('span', { class: 'avatar' }, icon(kind === 'group' ? 'parties' : 'prompts')), other ? presence(other.userId) : null),
    h('span', { class: 'what' }, h('bdi', { class: 'name' }, nameOf(conversation)), h('span', { class: 'last muted' }, lastMessage ? by + gist(lastMessage) : t('messages.none'))),
    h('span', { class: 'when muted' }, lastMessage ? when(lastMessage.createdOn) : null, unread ? h('span', { class: 'count' }, unread > 99 ? '99+' : unread, h('span', { class: 'unseen' }, ` ${t('nav.unread')}`)) : null)))
}

/** The time of today, or the day. @param {number} milliseconds */
const when = milliseconds => new Date(milliseconds).toDateString() === new Date().toDateString() ? moment(milliseconds) : date(milliseconds / 1000)

/** @param {string} text @param {AbortSignal} signal */
const results = (text, signal) => endless({
  signal,
  load: async cursor => {
    const answer = await call('/message/searchMessages', { text, limit: 20, cursor }, { signal })
    return { items: /** @type {Message[]} */ (answer.payload ?? []), next: answer.nextCursor }
  },
  item: message => {
    const conversation = conversations.get(message.conversationId), sender = conversation?.members.find(member => member.userId === message.senderId)
    return h('li', null, h('a', { class: 'card hit', href: `#/messages/${message.conversationId}?at=${message.sequence}` },
      h('strong', null, conversation ? nameOf(conversation) : t('messages.conversation')), h('span', { class: 'muted' }, message.senderId === me() ? t('messages.you') : personName(sender), ' · ', ago(message.createdOn / 1000)),
      h('span', { class: 'text' }, marked(message.text, text))))
  },
  empty: () => h('p', { class: 'muted' }, t('messages.notFound')),
})

/** The text around what was looked for. @param {string} text @param {string} wanted */
function marked(text, wanted) {
  const at = text.toLowerCase().indexOf(wanted.toLowerCase())
  if (at < 0) return text.slice(0, 160)
  const from = Math.max(0, at - 60)
  return [from ? '…' : '', text.slice(from, at), h('mark', null, text.slice(at, at + wanted.length)), text.slice(at + wanted.length, at + wanted.length + 100)]
}
