// Deleting with undo. An email is gone from the lists at once; the server is told when nobody can undo it any more. What is wished is kept until it is done:
// neither a closed tab nor a lost connection forgets it.

import { ApiFailure, call } from '../api.js'
import { currentSession, keep, kept, sessionEvents } from '../session.js'
import { loadTexts, t } from '../texts.js'
import { removeEmail } from '../offline.js'
import { tell, toast } from '../ui.js'

/** @typedef {import('../email/email.js').Email} Email */
/** @typedef {{ id: string, at: number }} Wish `at`, in milliseconds, is when it was wished; 0 when it cannot be undone any more. */

// So long another tab may offer to undo a wish; so long it is waited after a failure (both in milliseconds); so many are sent at once.
const UNDO_ELSEWHERE = 60_000, PAUSE = 30_000, AT_ONCE = 4

/** Deleted, as far as this tab knows. @type {Set<string>} */
const deleted = new Set()
/** Those that this tab offers to undo: closes the offer. @type {Map<string, () => void>} */
const offered = new Map()
/** @type {{ left: Set<string>, ondone?: () => unknown, onundo?: () => unknown }[]} */
const asked = []
/** @type {Promise<void> | undefined} */
let sending
let timer = 0

/** @returns {Wish[]} */
const wishes = () => kept('deleting', /** @type {Wish[]} */ ([]))

/** The emails that no list shows any more, though the server may still have them. @returns {Set<string>} */
export const hiddenEmails = () => new Set([...deleted, ...wishes().map(wish => wish.id)])

/**
 * Deletes emails, and offers for a while to undo it.
 * @param {Pick<Email, 'id'>[]} emails
 * @param {{ onundo?: () => unknown, ondone?: () => unknown }} [told] `onundo`: they are to be shown again; `ondone`: the server has deleted them all.
 */
export async function deleteWithUndo(emails, { onundo, ondone } = {}) {
  const ids = emails.map(email => email.id)
  if (ids.length === 0) return
  keep('deleting', [...wishes().filter(wish => !ids.includes(wish.id)), ...ids.map(id => ({ id, at: Date.now() }))])
  asked.push({ left: new Set(ids), ondone, onundo })
  for (const id of ids) offered.set(id, () => {})
  // The view that asks need not have these texts.
  const texts = await loadTexts('history').then(() => true, () => false)
  if (!ids.some(id => offered.has(id))) return
  const close = toast(texts ? t('history.deleted', { count: ids.length }) : t('common.delete'), {
    action: t('common.undo'),
    onaction: () => { forget(ids); onundo?.() },
    onclose: () => { ripe(ids); finishDeletions() },
  })
  for (const id of ids) offered.set(id, close)
}

/** Ends all offers to undo, and what was wished is done: before the user is forgotten here. */
export async function endOffers() {
  for (const close of new Set(offered.values())) close()
  ripe([...offered.keys()])
  await finishDeletions()
}

/** Tells the server what nobody can undo any more; what it cannot be told now, it is told later. @returns {Promise<void>} */
function finishDeletions() {
  return sending ??= sendAll().finally(() => { sending = undefined; plan() })
}

async function sendAll() {
  while (currentSession()) {
    const some = due().slice(0, AT_ONCE)
    if (some.length === 0) return
    const done = await Promise.all(some.map(send))
    if (done.includes(false)) return
  }
}

/** @param {string} id @returns {Promise<boolean>} False when it is to be tried again. */
async function send(id) {
  try {
    await call('/email/deleteGeneratedEmail', { id }, { keepalive: true, timeout: 10_000 })
  } catch (error) {
    const { status, code } = error instanceof ApiFailure ? error : new ApiFailure('internal_error', '')
    if (code !== 'email_not_found' && (status === 0 || status >= 500 || [401, 404, 408, 429].includes(status))) return false
    if (code !== 'email_not_found') {
      const refused = asked.filter(one => one.left.has(id))
      forget([id])
      for (const one of refused) one.onundo?.()
      tell(error)
      return true
    }
  }

  deleted.add(id)
  keep('deleting', wishes().filter(wish => wish.id !== id))
  await removeEmail(id)
  for (const one of [...asked]) {
    if (!one.left.delete(id) || one.left.size > 0) continue
    asked.splice(asked.indexOf(one), 1)
    one.ondone?.()
  }

  return true
}

/** Those that may be sent now, also where the clock was set back since. */
const due = () => wishes().filter(wish => !offered.has(wish.id) && Math.abs(Date.now() - wish.at) >= UNDO_ELSEWHERE).map(wish => wish.id)

/** What was wished is not any more. @param {string[]} ids */
function forget(ids) {
  keep('deleting', wishes().filter(wish => !ids.includes(wish.id)))
  for (const id of ids) offered.delete(id)
  for (const one of [...asked]) if (ids.some(id => one.left.has(id))) asked.splice(asked.indexOf(one), 1)
}

/** It cannot be undone any more. @param {string[]} ids */
function ripe(ids) {
  for (const id of ids) offered.delete(id)
  keep('deleting', wishes().map(wish => ids.includes(wish.id) ? { ...wish, at: 0 } : wish))
}

/** Looks again later, where something is left. */
function plan() {
  clearTimeout(timer)
  const left = wishes().filter(wish => !offered.has(wish.id))
  if (left.length > 0) timer = setTimeout(finishDeletions, Math.max(PAUSE, Math.min(...left.map(wish => wish.at)) + UNDO_ELSEWHERE - Date.now()))
}

// A page that goes away can wait for nothing; what does not get through is done at the next start.
addEventListener('pagehide', () => {
  for (const close of new Set(offered.values())) close()
  if (currentSession()) for (const id of due()) send(id)
})
addEventListener('online', () => finishDeletions())
sessionEvents.addEventListener('change', () => { if (currentSession()) finishDeletions() })
finishDeletions()
