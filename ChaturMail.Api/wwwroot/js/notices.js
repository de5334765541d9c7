// The bell in the header: how many notifications were not read.

import { h, fill } from './dom.js'
import { number, t } from './texts.js'
import { callOne } from './api.js'
import { currentSession, owner, sessionEvents } from './session.js'
import { icon } from './ui.js'
import { liveEvents } from './live.js'

// What is told may be lost: it is asked again now and then, while the page is seen. Milliseconds.
const EVERY = 60_000

let count = 0, asked = 0

/** Tells `change` when the number of unread notifications is another. */
export const unreadEvents = new EventTarget()

/** How many were not read, as far as is known. */
export const unread = () => count

/** @param {number} now */
function set(now) {
  count = now
  unreadEvents.dispatchEvent(new Event('change'))
}

async function read() {
  if (!currentSession() || document.hidden) return
  const uid = owner(), mine = ++asked
  try {
    const { unread } = await callOne('/notification/getUnreadCount')
    // An answer that was overtaken by another, or by the user's leaving, says nothing.
    if (mine === asked && uid === owner()) set(unread)
  } catch {
    // The next time tells.
  }
}

/** Marks notifications as read. @param {{ ids: string[] } | { all: true }} which */
export async function markRead(which) {
  const mine = ++asked
  const { unread } = await callOne('/notification/markRead', which)
  // A count that was asked for meanwhile may have been taken before the mark: it is taken once more.
  if (mine === asked) set(unread)
  else read()
}

/** The bell: a link to the list. @returns {HTMLElement} */
export function bell() {
  const badge = h('span', { class: 'bell-count', 'aria-hidden': 'true' })
  const link = h('a', { class: 'button quiet icon-only bell', href: '#/notifications' }, icon('bell'), badge)
  const draw = () => {
    const name = count ? t('nav.notificationsUnread', { count }) : t('nav.notifications')
    link.setAttribute('aria-label', name)
    link.title = name
    badge.hidden = !count
    fill(badge, count > 99 ? `${number(99)}+` : count)
  }
  unreadEvents.addEventListener('change', draw)
  draw()
  return link
}

liveEvents.addEventListener('notification', () => read())
liveEvents.addEventListener('resync', () => read())
sessionEvents.addEventListener('change', () => { if (!currentSession()) set(0); else read() })
document.addEventListener('visibilitychange', () => read())
setInterval(read, EVERY)
read()
