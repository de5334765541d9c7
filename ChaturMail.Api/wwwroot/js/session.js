// Who is signed in, and what this device keeps for them.
//
// The token is in localStorage: it must outlive the tab, and the API takes it as a bearer. What protects it is that no foreign script can run here (CSP, Trusted Types).
// What is kept for a user carries their uid, and is shown to nobody else who signs in on the device.

/** @typedef {{ token: string, uid: string, email: string }} Session */

const KEY = 'chaturmail.session'

/** Tells `change` when somebody is signed in or out, in this tab or another; `end` when the server ended the session. */
export const sessionEvents = new EventTarget()

/** @returns {Session | null} */
export function currentSession() {
  try {
    const session = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    return session?.token ? session : null
  } catch {
    return null
  }
}

/** The uid that this device keeps things for: of who is signed in, or was when the session ended; '' for nobody. */
export const owner = () => currentSession()?.uid ?? localStorage.getItem('chaturmail.owner') ?? ''

/** @param {string} token A session token of the API: a JWT whose claims are readable. */
export function beginSession(token) {
  const { uid, email } = claims(token)
  localStorage.setItem('chaturmail.owner', uid)
  localStorage.setItem(KEY, JSON.stringify({ token, uid, email }))
  sessionEvents.dispatchEvent(new Event('change'))
}

/** The same session with another token. One that was asked for by who was signed in before is left. @param {string} token */
export function renewSession(token) {
  const session = currentSession()
  if (session && session.uid === claims(token).uid) localStorage.setItem(KEY, JSON.stringify({ ...session, token }))
}

/** When the token of the session expires, Unix seconds; 0 where that cannot be told. */
export const expiresOn = () => claims(currentSession()?.token ?? '').exp ?? 0

/** The server does not know the session any more. What was typed stays, for the same user to find. @param {string} token The token that was refused */
export function sessionEnded(token) {
  // An answer to an old token says nothing of a new session.
  if (currentSession()?.token !== token) return
  localStorage.removeItem(KEY)
  sessionEvents.dispatchEvent(new Event('end'))
  sessionEvents.dispatchEvent(new Event('change'))
}

/** Signs out on this device: nothing of the user stays on it. Telling the server is the caller's part. */
export async function forgetUser() {
  const uid = owner()
  localStorage.removeItem(KEY)
  localStorage.removeItem('chaturmail.owner')
  for (const key of Object.keys(localStorage)) if (key.startsWith(`chaturmail.${uid}.`)) localStorage.removeItem(key)
  await Promise.all((await indexedDB.databases?.() ?? []).map(({ name }) => name?.startsWith('chaturmail') && indexedDB.deleteDatabase(name)))
  sessionEvents.dispatchEvent(new Event('change'))
}

/**
 * What was kept under a name for the user, or `otherwise`.
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @returns {T}
 */
export function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`chaturmail.${owner()}.${name}`) ?? 'null') ?? otherwise
  } catch {
    return otherwise
  }
}

/** Keeps a value for the user; null forgets it. False when the browser has no room. @param {string} name @param {unknown} value */
export function keep(name, value) {
  const key = `chaturmail.${owner()}.${name}`
  try {
    if (value === null || value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
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
