// What was sent and is not stored yet. It is kept on the device, and given to the server again and again under the same client id until there is an answer: the server
// stores it once.

import { ApiFailure } from '../api.js'
import { currentSession, keep, kept, sessionEvents } from '../session.js'
import { invoke, liveEvents } from '../live.js'

/**
 * @typedef {{ clientId: string, conversationId: string, text: string, replyTo: string | null, mentions: string[], attachments: string[], createdOn: number,
 * failed?: string }} Waiting `failed` is the code with which the server refused it: it waits for the user.
 */

/** Tells `change` with the id of the conversation as `detail`. */
export const outboxEvents = new EventTarget()

// Signing out asks before it erases what begins so (shell.js).
const NAME = 'draft.outbox'
// They say that it may be taken another time.
const PASSING = ['offline', 'timeout', 'store_unavailable', 'busy', 'internal_error', 'request_timeout', 'request_cancelled', 'too_many_requests', 'files_unavailable']
const PAUSE = 3_000

/** @returns {Waiting[]} */
const all = () => kept(NAME, [])

/** @param {string} conversationId */
export const waitingIn = conversationId => all().filter(one => one.conversationId === conversationId)

/** @param {Waiting[]} list @param {string} conversationId */
function put(list, conversationId) {
  keep(NAME, list.length ? list : null)
  outboxEvents.dispatchEvent(new CustomEvent('change', { detail: conversationId }))
}

/** Sends a message, now or as soon as it can be. @param {Omit<Waiting, 'clientId' | 'createdOn'>} what */
export function send(what) {
  put([...all(), { ...what, clientId: crypto.randomUUID(), createdOn: Date.now() }], what.conversationId)
  flush()
}

/** Sends again what was refused. @param {string} clientId */
export function resend(clientId) {
  const list = all(), one = list.find(one => one.clientId === clientId)
  if (!one) return
  delete one.failed
  put(list, one.conversationId)
  flush()
}

/** @param {string} clientId */
export function discard(clientId) {
  const list = all(), one = list.find(one => one.clientId === clientId)
  if (one) put(list.filter(other => other !== one), one.conversationId)
}

let flushing = false, timer = 0

/** One after the other, in the order in which they were sent. */
export async function flush() {
  if (flushing || !currentSession()) return
  flushing = true
  clearTimeout(timer)
  try {
    for (let next; (next = all().find(one => !one.failed));) {
      const { clientId, conversationId, text, replyTo, mentions, attachments } = next
      try {
        const message = (await invoke('Send', { conversationId, clientId, text, replyTo: replyTo ?? undefined, mentions, attachments })).payload?.[0]
        // Before it leaves the outbox, so that it is seen all the time.
        liveEvents.dispatchEvent(new CustomEvent('message', { detail: message }))
        discard(clientId)
      } catch (error) {
        const code = error instanceof ApiFailure ? error.code : 'internal_error'
        if (PASSING.includes(code) || code === 'not_authenticated') {
          timer = setTimeout(flush, PAUSE)
          return
        }
        const list = all(), one = list.find(one => one.clientId === clientId)
        if (one) {
          one.failed = code
          put(list, conversationId)
        }
      }
    }
  } finally {
    flushing = false
  }
}

liveEvents.addEventListener('open', () => flush())
addEventListener('online', () => flush())
sessionEvents.addEventListener('change', () => clearTimeout(timer))
