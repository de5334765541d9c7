// What the user is told of: #/notifications. Each leads to its place.

import { h, fill } from '../dom.js'
import { ago, dateTime, has, t } from '../texts.js'
import { call } from '../api.js'
import { owner } from '../session.js'
import { button, endless, icon } from '../ui.js'
import { liveEvents } from '../live.js'
import { markRead, unread, unreadEvents } from '../notices.js'

/**
 * @typedef {object} Notice
 * @property {string} id
 * @property {string} kind
 * @property {Record<string, string>} data
 * @property {{ userId: string, name: string } | null} by
 * @property {number} createdOn Unix seconds
 * @property {number | null} readOn
 */

/** @param {import('../router.js').ViewContext} context */
export default function view({ root, signal }) {
  const place = h('div', null), came = h('p', { role: 'status' })
  const all = button({ label: t('notices.readAll'), icon: 'check', onclick: async () => { await markRead({ all: true }); draw() } })
  let drawn = new AbortController()
  const draw = () => {
    drawn.abort()
    drawn = new AbortController()
    parties = null
    fill(place, list(AbortSignal.any([signal, drawn.signal])))
  }
  const count = () => { all.hidden = !unread() }
  unreadEvents.addEventListener('change', count, { signal })
  liveEvents.addEventListener('notification', event => {
    const notice = /** @type {CustomEvent<Notice>} */ (event).detail, items = place.querySelector('.list')
    // It may be told twice.
    if (!items || !has(`notices.kind.${notice.kind}`) || items.querySelector(`[data-id="${CSS.escape(notice.id)}"]`)) return
    items.prepend(item(notice))
    fill(came, h('span', { class: 'unseen' }, words(notice)))
  }, { signal })
  count()
  draw()
  root.append(h('div', { class: 'head' }, h('h1', null, t('nav.notifications')), all), came, place)
}

/** @param {AbortSignal} signal */
const list = signal => endless({
  signal,
  load: async cursor => {
    const { payload, nextCursor } = await call('/notification/getNotifications', { limit: 30, cursor }, { signal })
    // A kind that is newer than this page is taken for nothing.
    return { items: /** @type {Notice[]} */ (payload ?? []).filter(({ kind }) => has(`notices.kind.${kind}`)), next: nextCursor }
  },
  item,
  empty: () => h('p', { class: 'muted' }, t('notices.none')),
})

// texts: notices.kind.*
/** @param {Notice} notice */
const words = ({ kind, by }) => t(`notices.kind.${kind}`, { name: by?.name || t('notices.somebody') })

/** @type {{ uid: string, reading: Promise<Map<string, string>> } | null} */
let parties = null

/** The name of a party that the user is in; '' for others. @param {string} [id] */
async function partyName(id) {
  if (!id) return ''
  const uid = owner()
  if (parties?.uid !== uid) parties = { uid, reading: call('/party/getParties').then(({ payload }) => new Map((payload ?? []).map(one => [one.id, one.name])), () => new Map()) }
  return (await parties.reading).get(id) ?? ''
}

/** Where a notification leads. @param {Notice} notice */
function addressOf({ kind, data }) {
  if (data.scheduleId && kind.startsWith('schedule_')) return `#/schedule/${data.scheduleId}`
  if (data.topicId) return `#/topic/${data.topicId}`
  if (data.conversationId) return `#/messages/${data.conversationId}`
  return data.partyId && !['removed_from_party', 'party_deleted'].includes(kind) ? `#/parties/${data.partyId}` : '#/parties'
}

/** @param {Notice} notice */
function item(notice) {
  const mark = notice.readOn ? null : h('span', { class: 'badge' }, t('notices.new'))
  const picture = notice.kind.startsWith('schedule_') ? 'schedule' : notice.data.topicId ? 'prompts' : notice.data.conversationId ? 'messages' : 'parties'
  const party = h('span', null)
  partyName(notice.data.partyId).then(name => { if (name) fill(party, name, ' · ') })
  return h('li', { class: ['card notice-item', !notice.readOn && 'fresh'], data: { id: notice.id } },
    h('a', { href: addressOf(notice), onclick: () => { if (!notice.readOn) markRead({ ids: [notice.id] }).catch(() => {}) } }, icon(picture), h('span', null, words(notice))),
    h('p', { class: 'muted' },
      h('span', null, party, h('time', { datetime: new Date(notice.createdOn * 1000).toISOString(), title: dateTime(notice.createdOn) }, ago(notice.createdOn))), mark))
}
