// Who is signed in, and what this device keeps for them.
//
// The token is in localStorage: it must outlive the tab, and the API takes it as a bearer. What protects it is that no foreign script can run here (CSP, Trusted Types).
// What is kept for a user carries their uid, and is shown to nobody else who signs in on the device.

import { keys, read, write } from './storage.js'

/** @typedef {{ token: string, uid: string, email: string }} Session */

const KEY = 'chaturmail.session'

/** Tells `change` when somebody is signed in or out, in this tab or another; `end` when the server ended the session; `leave` when this page is about to. */
export const sessionEvents = new EventTarget()

/** @returns {Session | null} */
export function currentSession() {
  try {
    const session = JSON.parse(read(KEY) ?? 'null')
    return session?.token ? session : null
  } catch {
    return null
  }
}

/** The uid that this device keeps things for: of who is signed in, or was when the session ended; '' for nobody. */
export const owner = () => currentSession()?.uid ?? read('chaturmail.owner') ?? ''

/** @param {string} token A session token of the API: a JWT whose claims are readable. */
export function beginSession(token) {
  const { uid, email } = claims(token)
  write('chaturmail.owner', uid)
  write(KEY, JSON.stringify({ token, uid, email }))
  sessionEvents.dispatchEvent(new Event('change'))
}

/** The same session with another token. One that was asked for by who was signed in before is left. @param {string} token */
export function renewSession(token) {
  const session = currentSession()
  if (session && session.uid === claims(token).uid) write(KEY, JSON.stringify({ ...session, token }))
}

/** When the token of the session expires, Unix seconds; 0 where that cannot be told. */
export const expiresOn = () => claims(currentSession()?.token ?? '').exp ?? 0

// The token of a session whose account may be erased already: its user is about to be told so, and not to sign in again.
let doubtful = ''

/** @param {string} token */
export const doubt = token => { doubtful = token }

let requests = new AbortController()

/** Ends what was asked for in the session, with the session. */
export const sessionSignal = () => requests.signal

/**
 * This page ends the session: what is under way in it is aborted, and nothing more is asked with its token, so that no answer says that it has ended. The caller tells the
 * server, with the token that this gives, and then either `forgetUser`, `left` or `stay`.
 * @returns {string}
 */
export function leave() {
  const session = currentSession()
  if (!session) return ''
  write('chaturmail.owner', session.uid)
  write(KEY, null)
  requests.abort()
  requests = new AbortController()
  sessionEvents.dispatchEvent(new Event('leave'))
  return session.token
}

/** The session that this page left has ended; what was typed stays, for the same user to find. */
export const left = () => { sessionEvents.dispatchEvent(new Event('change')) }

/** The session that this page left goes on: the server did not end it. @param {string} token */
export const stay = token => { if (token && !currentSession()) beginSession(token) }

/** The server does not know the session any more. What was typed stays, for the same user to find. @param {string} token The token that was refused */
export function sessionEnded(token) {
  // An answer to an old token says nothing of a new session.
  const session = currentSession()
  if (session?.token !== token || token === doubtful) return
  write('chaturmail.owner', session.uid)
  write(KEY, null)
  sessionEvents.dispatchEvent(new Event('end'))
  sessionEvents.dispatchEvent(new Event('change'))
}

/** Signs out on this device: nothing of the user stays on it. Telling the server is the caller's part. */
export async function forgetUser() {
  const uid = owner()
  for (const key of [KEY, 'chaturmail.owner', ...keys(`chaturmail.${uid}.`)]) write(key, null)
  try {
    await Promise.all((await indexedDB.databases?.() ?? []).map(({ name }) => name?.startsWith('chaturmail') && erased(name)))
  } catch {
    // A browser that keeps nothing has nothing to erase.
  }
  sessionEvents.dispatchEvent(new Event('change'))
}

/** A database is gone, or goes as soon as nobody holds it. @param {string} name @returns {Promise<void>} */
const erased = name => new Promise(resolve => {
  const request = indexedDB.deleteDatabase(name)
  request.onsuccess = request.onerror = request.onblocked = () => resolve()
})

/**
 * What was kept under a name for the user, or `otherwise`.
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @returns {T}
 */
export function kept(name, otherwise) {
  try {
    return JSON.parse(read(`chaturmail.${owner()}.${name}`) ?? 'null') ?? otherwise
  } catch {
    return otherwise
  }
}

/** Keeps a value for the user; null forgets it. False when the browser has no room, and the value goes with the page; nothing is kept for nobody. @param {string} name @param {unknown} value */
export function keep(name, value) {
  const uid = owner()
  return uid !== '' && write(`chaturmail.${uid}.${name}`, value === null || value === undefined ? null : JSON.stringify(value))
}

/** @param {string} token @returns {{ uid: string, email: string, exp?: number }} */
function claims(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), digit => digit.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return { uid: '', email: '' }
  }
}

addEventListener('storage', event => {
  if (event.key === KEY || event.key === null) sessionEvents.dispatchEvent(new Event('change'))
})
// A page that comes back out of the browser's memory heard of nothing meanwhile.
addEventListener('pageshow', event => { if (event.persisted) sessionEvents.dispatchEvent(new Event('change')) })
