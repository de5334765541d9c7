// The versions of an email, and the templates that they were written from.

import { call } from '../api.js'
import { kept, owner } from '../session.js'
import { listEmails, saveEmails } from '../offline.js'

/** @typedef {import('./email.js').Email} Email */
/** @typedef {{ id: string, title: string, slug: string, maxTokens: number }} Prompt */

// Beyond 200 versions of one email the oldest are shown.
const MOST_PAGES = 10

/**
 * All versions of the email, oldest first.
 * @param {string} id Of any of them.
 * @param {AbortSignal} [signal]
 * @returns {Promise<Email[]>}
 * @throws {import('../api.js').ApiFailure}
 */
export async function versionsOf(id, signal) {
  /** @type {Email[]} */
  const versions = []
  /** @type {string | undefined} */
  let cursor
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await call('/email/getEmailVersions', { id, limit: 20, ...(cursor && { cursor }) }, { signal })
    versions.push(...answer.payload ?? [])
    cursor = answer.nextCursor
    if (!cursor) break
  }
  // What the device keeps of an email is the email, not how it is told from another.
  saveEmails(versions.map(({ diff, originalEmail, ...email }) => email))
  return versions
}

/** The versions that this device keeps. @param {string} id @returns {Promise<Email[]>} */
export async function keptVersions(id) {
  const emails = new Map((await listEmails({ limit: 500 })).map(email => [email.id, email]))
  const first = (/** @type {string} */ of) => {
    const seen = new Set()
    let at = of
    for (;;) {
      const parent = emails.get(at)?.parentId
      if (!parent || seen.has(parent)) return at
      seen.add(at = parent)
    }
  }
  const root = first(id)
  return [...emails.values()].filter(email => first(email.id) === root).sort((a, b) => (a.version ?? 1) - (b.version ?? 1))
}

/** The email as the server has it now, with the model's text where the user edited it. @param {string} id @returns {Promise<Email | undefined>} */
export const serverEmail = async id => (await versionsOf(id)).find(email => email.id === id)

/** @type {Map<string, Promise<Prompt[]>>} */
const prompts = new Map()

/** The template of an email; undefined where it is not known now. @param {string} id @returns {Promise<Prompt | undefined>} */
export async function promptOf(id) {
  const user = owner()
  let loading = prompts.get(user)
  if (!loading) {
    loading = call('/prompt/getAllPrompts').then(answer => answer.payload ?? [])
    prompts.set(user, loading)
    loading.catch(() => prompts.delete(user))
  }
  return (await loading.catch(() => kept('templates', { prompts: /** @type {Prompt[]} */ ([]) }).prompts)).find(prompt => prompt.id === id)
}
