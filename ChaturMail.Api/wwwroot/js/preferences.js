// What the user has chosen for themselves on the server, and what the server can do for them (docs/api.md, getPreferences).

import { callOne } from './api.js'
import { owner } from './session.js'

/** @typedef {{ language: string | null, timeZone: string | null, autoTranslate: boolean, canTranslate: boolean, note?: string, canSendEmail: boolean }} Preferences */

/** @type {{ uid: string, reading: Promise<Preferences> } | null} */
let known = null

/** The preferences, asked for once. @returns {Promise<Preferences>} */
export function preferences() {
  const uid = owner()
  if (known?.uid === uid) return known.reading
  const mine = known = { uid, reading: callOne('/user/getPreferences') }
  mine.reading.catch(() => { if (known === mine) known = null })
  return mine.reading
}

/** Changes them. @param {Partial<Record<'language' | 'timeZone', string> & { autoTranslate: boolean }>} changes What is absent stays, an empty text takes a choice away. */
export async function setPreferences(changes) {
  const uid = owner(), now = await callOne('/user/setPreferences', changes)
  known = { uid, reading: Promise.resolve(now) }
  return /** @type {Preferences} */ (now)
}
