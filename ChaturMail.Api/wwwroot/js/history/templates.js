// What the history shows of an email's template: its title and its icon, also without a connection.

import { call } from '../api.js'
import { keep, kept, owner } from '../session.js'
import { translated } from '../texts.js'

/** @typedef {{ title: string, icon: string }} Template `icon` is an address of this origin. */

/** @type {{ uid: string, templates: Promise<Map<string, Template>> } | undefined} */
let read

/** The templates that this device knows of, by id. */
export const knownTemplates = () => shown(kept('history.templates', /** @type {[string, Template][]} */ ([])))

/** The templates as the server has them, asked for once; those that are known, when it cannot be reached. @returns {Promise<Map<string, Template>>} */
export function templates() {
  const uid = owner()
  if (read?.uid !== uid) read = { uid, templates: ask(uid) }
  return read.templates
}

/** @param {string} uid */
async function ask(uid) {
  try {
    const prompts = (await call('/prompt/getAllPrompts')).payload ?? []
    // The server may name itself by another host than the one that it is reached by here; the path is the same.
    const known = prompts.map(prompt => /** @type {[string, Template]} */ ([prompt.id, { title: prompt.title, icon: new URL(prompt.iconUrl, location.origin).pathname }]))
    if (owner() === uid) keep('history.templates', known)
    setTimeout(() => keepIcons(known.map(([, { icon }]) => icon)).catch(() => {}), 2_000)
    return shown(known)
  } catch {
    read = undefined
    return knownTemplates()
  }
}

/** @param {[string, Template][]} known */
const shown = known => new Map(known.map(([id, { title, icon }]) => [id, { title: translated(title), icon }]))

/** Icons that the service worker was not there for to keep (sw.js reads the same cache). @param {string[]} icons */
async function keepIcons(icons) {
  if (!globalThis.caches) return
  const cache = await caches.open('icons-chaturmail')
  for (const icon of new Set(icons)) if (!await cache.match(icon, { ignoreVary: true })) await cache.add(icon)
}
