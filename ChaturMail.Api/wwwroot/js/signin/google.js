// Sign-in with Google by OpenID Connect's implicit flow (Core 1.0, section 3.2), which gives an ID token and no access to anything: the browser goes to Google's
// page and comes back. No script of Google's runs here. See https://developers.google.com/identity/openid-connect/openid-connect

import { takenReturn } from './return.js'

const PAGE = 'https://accounts.google.com/o/oauth2/v2/auth'
const KEY = 'chaturmail.google'
const LONGEST = 15 * 60_000

/** @typedef {{ state: string, nonce: string, then: string, begun: number }} Begun */
/** @typedef {{ idToken: string, nonce: string, email: string, then: string } | { problem: 'unasked' | 'cancelled' | 'refused', then?: string }} Return */

/** Goes to Google's page. @param {string} clientId @param {string} then Where to go once it is done */
export async function goToGoogle(clientId, then) {
  /** @type {Begun} */
  const begun = { state: random(), nonce: random(), then, begun: Date.now() }
  // Kept for this tab alone: an answer that somebody else asked for finds nothing that fits it.
  sessionStorage.setItem(KEY, JSON.stringify(begun))
  const page = new URL(PAGE)
  page.search = new URLSearchParams({
    response_type: 'id_token', client_id: clientId, scope: 'openid email profile', redirect_uri: `${location.origin}/`,
    state: begun.state, nonce: await digest(begun.nonce), prompt: 'select_account',
  }).toString()
  location.assign(page.href)
}

/** What Google answered, where the browser just came back from there; it is looked at once. @returns {Promise<Return | null>} */
export async function returnFromGoogle() {
  const answer = takenReturn()
  if (!answer) return null
  const begun = asked()
  sessionStorage.removeItem(KEY)
  if (!begun || answer.get('state') !== begun.state || Date.now() - begun.begun > LONGEST) return { problem: 'unasked' }
  const { then, nonce } = begun
  const idToken = answer.get('id_token')
  if (!idToken) return { problem: answer.get('error') === 'access_denied' ? 'cancelled' : 'refused', then }
  const claims = read(idToken)
  // Who the token is from and for, Firebase checks. That it was made for this sign-in only we can.
  if (claims.nonce !== await digest(nonce)) return { problem: 'unasked' }
  return { idToken, nonce, then, email: typeof claims.email === 'string' ? claims.email : '' }
}

/** @returns {Begun | null} */
function asked() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
  } catch {
    return null
  }
}

/** @param {string} token @returns {Record<string, unknown>} */
function read(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), digit => digit.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return {}
  }
}

/** @param {Uint8Array} bytes */
const hexadecimal = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

const random = () => hexadecimal(crypto.getRandomValues(new Uint8Array(16)))

/**
 * Firebase is told the nonce itself, Google its SHA-256: https://firebase.google.com/docs/reference/js/auth.oauthcredentialoptions
 * @param {string} nonce
 */
const digest = async nonce => hexadecimal(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(nonce))))
