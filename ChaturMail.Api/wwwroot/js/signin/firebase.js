// Firebase Authentication by its REST interface: https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts

import { ApiFailure } from '../api.js'
import { language, t } from '../texts.js'

/** @typedef {{ apiKey: string, projectId: string, googleClientId: string | null, authAddress: string }} Firebase What /misc/getSignInMethods tells of it */

// Firebase's codes that mean what one of the API's does.
/** @type {Record<string, string>} */
const CODES = {
  INVALID_LOGIN_CREDENTIALS: 'invalid_credentials', INVALID_PASSWORD: 'invalid_credentials', EMAIL_NOT_FOUND: 'invalid_credentials', USER_DISABLED: 'account_disabled',
  TOO_MANY_ATTEMPTS_TRY_LATER: 'too_many_requests', QUOTA_EXCEEDED: 'too_many_requests', RESET_PASSWORD_EXCEED_LIMIT: 'too_many_requests', WEAK_PASSWORD: 'weak_password',
  PASSWORD_DOES_NOT_MEET_REQUIREMENTS: 'weak_password', INVALID_IDP_RESPONSE: 'invalid_id_token', INVALID_ID_TOKEN: 'invalid_id_token',
}

/** @type {Record<string, () => string>} */
const TEXTS = {
  EMAIL_EXISTS: () => t('signin.addressTaken'), INVALID_EMAIL: () => t('signin.emailWrong'), MISSING_EMAIL: () => t('signin.emailWrong'),
  OPERATION_NOT_ALLOWED: () => t('signin.notOffered'), PASSWORD_LOGIN_DISABLED: () => t('signin.notOffered'), ADMIN_ONLY_OPERATION: () => t('signin.notOffered'),
}

/** @param {Firebase} firebase @param {string} email @param {string} password @returns {Promise<string>} An ID token */
export const signIn = async (firebase, email, password) => tokenOf(await ask(firebase, 'signInWithPassword', { email, password, returnSecureToken: true }))

/** Makes an account, and has a mail sent by which its address is verified. @param {Firebase} firebase @param {string} email @param {string} password */
export async function signUp(firebase, email, password) {
  const idToken = tokenOf(await ask(firebase, 'signUp', { email, password, returnSecureToken: true }))
  // The account is there; another mail can be had later.
  await ask(firebase, 'sendOobCode', { requestType: 'VERIFY_EMAIL', idToken }).catch(error => console.warn(error))
  return idToken
}

/** Has a mail sent by which another password can be set. Whether the address has an account is not told. @param {Firebase} firebase @param {string} email */
export async function resetPassword(firebase, email) {
  await ask(firebase, 'sendOobCode', { requestType: 'PASSWORD_RESET', email }).catch(error => {
    if (!(error instanceof ApiFailure && error.code === 'invalid_credentials')) throw error
  })
}

/** @param {Firebase} firebase @param {string} googleToken Google's ID token @param {string} nonce @returns {Promise<string>} Firebase's ID token */
export const signInWithGoogle = async (firebase, googleToken, nonce) => tokenOf(await ask(firebase, 'signInWithIdp', {
  postBody: new URLSearchParams({ id_token: googleToken, providerId: 'google.com', nonce }).toString(), // The value for a token that was had without Firebase's own pages.
  requestUri: 'http://localhost', returnSecureToken: true,
}))

/** @param {any} answer */
function tokenOf(answer) {
  if (answer.idToken) return answer.idToken
  // The address has an account that another provider vouches for, or one with a second factor of Firebase's own.
  throw new ApiFailure('firebase', t('signin.otherWay'))
}

/** @param {Firebase} firebase @param {string} method @param {object} body */
async function ask(firebase, method, body) {
  let answer
  try {
    answer = await fetch(`${firebase.authAddress}/v1/accounts:${method}?key=${encodeURIComponent(firebase.apiKey)}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Firebase-Locale': language },
      body: JSON.stringify(body), cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(30_000),
      // A key may be restricted to the addresses of its pages; more than the origin is nobody's business.
      referrerPolicy: 'origin',
    })
  } catch (error) {
    throw error instanceof DOMException && error.name === 'TimeoutError' ? new ApiFailure('timeout', '') : new ApiFailure('offline', '')
  }
  const read = await answer.json().catch(() => null)
  if (answer.ok && read) return read
  // "WEAK_PASSWORD : Password should be at least 6 characters"
  const told = String(read?.error?.message ?? '').split(' ')[0]
  throw new ApiFailure(CODES[told] ?? (told in TEXTS ? 'firebase' : 'identity_unavailable'), TEXTS[told]?.() ?? '', { status: answer.status })
}
