// The calls of a sign-in (docs/api.md, Sign-in, Accounts with a password, Second factor).

import { ApiFailure, callOne } from '../api.js'

/** @typedef {import('./firebase.js').Firebase} Firebase */
/** @typedef {{ development: boolean, password: boolean, firebase: Firebase | null, startingCoins: number }} Methods */
/** @typedef {{ challenge: string, methods: ('totp' | 'email' | 'recovery')[], expiresOn: number, emailHint: string }} Challenge */
/** @typedef {{ token: string } | { challenge: Challenge, address: boolean }} Entry A session, or what is asked for first; `address`: it is the address that is to be confirmed */

/** @type {Promise<Methods> | undefined} */
let methods

/** How people sign in here. @returns {Promise<Methods>} */
export function signInMethods() {
  methods ??= callOne('/misc/getSignInMethods', {}, { open: true })
  methods.catch(() => { methods = undefined })
  return methods
}

/**
 * Takes an identity provider's token for a session. The server reads the device's name from the browser's; there is nowhere to send push messages to.
 * @param {string} idToken @param {string} email @param {'google' | 'password' | 'dev'} loginMethod
 */
export const exchange = (idToken, email, loginMethod) =>
  entry(callOne('/auth/getJWTToken', { email, idToken, loginMethod, fcmToken: 'none' }, { open: true }))

/** @param {string} challenge @param {string} method @param {string} code */
export const confirmChallenge = (challenge, method, code) => entry(callOne('/auth/confirmChallenge', { challenge, method, code }, { open: true }))

/** Signs in to an account that this server keeps. @param {string} email @param {string} password */
export async function signInHere(email, password) {
  const { idToken } = await callOne('/auth/signIn', { email, password }, { open: true })
  return exchange(idToken, email, 'password')
}

/** @param {Promise<any>} answer @returns {Promise<Entry>} */
async function entry(answer) {
  try {
    return { token: (await answer).token }
  } catch (error) {
    if (!(error instanceof ApiFailure) || !error.payload?.[0]?.challenge) throw error
    return { challenge: error.payload[0], address: error.code === 'email_verification_required' }
  }
}
