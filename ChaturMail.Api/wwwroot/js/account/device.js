// What this device keeps for the user.

import { h, fill } from '../dom.js'
import { number, t } from '../texts.js'
import { owner } from '../session.js'
import { keys, read, write } from '../storage.js'
import { listEmails, removeEmail } from '../offline.js'
import { button, confirm, toast } from '../ui.js'
import { part, size } from './parts.js'

// More than a device keeps.
const ALL = 10_000
// Deletions that the user wants and the server does not know of yet: to forget them would bring emails back.
const STAYS = 'deleting'

/** The list, and a button that erases what is in it. @param {AbortSignal} signal */
export function deviceSection(signal) {
  const place = h('div')
  const draw = () => fill(place, part(measure, ({ drafts, emails, rest }) => [
    h('dl', { class: 'facts' },
      fact(t('account.device.drafts'), drafts), fact(t('account.device.emails'), emails), fact(t('account.device.rest'), rest)),
    button({ label: t('account.device.erase'), icon: 'delete', kind: 'danger', onclick: async () => {
      if (!await confirm(t('account.device.ask'), t('account.device.askText'), t('account.device.erase'))) return
      await erase()
      toast(t('account.device.erased'))
      draw()
    } }),
  ], signal))
  draw()
  return place
}

/** @typedef {{ count: number, bytes: number }} Kept */

/** @param {string} name @param {Kept} what */
const fact = (name, { count, bytes }) => h('div', null, h('dt', null, name), h('dd', null, count ? `${number(count)} (${size(bytes)})` : number(0)))

async function measure() {
  const entries = ownKeys().map(key => ({ key, bytes: 2 * (key.length + (read(key)?.length ?? 0)) }))
  const emails = await listEmails({ limit: ALL })
  const isDraft = (/** @type {string} */ key) => key.startsWith(`${prefix()}draft`)
  return {
    drafts: sum(entries.filter(({ key }) => isDraft(key))),
    emails: sum(emails.map(email => ({ bytes: new Blob([JSON.stringify(email)]).size }))),
    rest: sum(entries.filter(({ key }) => !isDraft(key))),
  }
}

/** @param {{ bytes: number }[]} things @returns {Kept} */
const sum = things => ({ count: things.length, bytes: things.reduce((total, { bytes }) => total + bytes, 0) })

async function erase() {
  for (const key of ownKeys()) if (key !== prefix() + STAYS) write(key, null)
  for (const { id } of await listEmails({ limit: ALL })) await removeEmail(id)
}

const prefix = () => `chaturmail.${owner()}.`
const ownKeys = () => keys(prefix())
