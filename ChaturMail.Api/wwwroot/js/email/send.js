// What gets an email out of the app: the clipboard, the mail program, the server, a draft file.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { currentSession } from '../session.js'
import { button, dialog, icon, toast } from '../ui.js'
import { preferences } from '../preferences.js'
import { draftFile, draftName, mailto } from './email.js'

/** @typedef {import('./email.js').Email} Email */

/**
 * Puts a text on the clipboard.
 * @param {string} text
 * @returns {Promise<boolean>} False where the browser lets nobody do that.
 */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Without https, or with the permission denied: the way that was there before, by selection.
    const before = document.activeElement
    const area = h('textarea', { class: 'unseen', readonly: true, tabindex: -1, 'aria-hidden': 'true', value: text })
    const place = document.querySelector('dialog[open]') ?? document.body
    place.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    return done
  }
}

/**
 * Copies an email's text and says so. Where that cannot be done the text is selected, for the user to copy.
 * @param {Email} email
 * @param {Element | null} shown Where the text stands in the page.
 */
async function copy(email, shown) {
  if (await toClipboard(email.generatedEmail)) toast(t('common.copied'))
  else {
    if (shown) getSelection()?.selectAllChildren(shown)
    toast(t('email.copyYourself'), { kind: 'bad' })
  }
}

/** @param {Email} email @param {() => Element | null} shown @param {'primary' | undefined} [kind] */
export const copyButton = (email, shown, kind) => button({ label: t('email.copy'), icon: 'copy', kind, onclick: () => copy(email, shown()) })

/** Opens the email in the mail program: a link, where a link can carry it. @param {Email} email @returns {HTMLElement} */
export function mailButton(email) {
  const { href, complete } = mailto(email)
  if (complete) return h('a', { class: 'button', href }, icon('mail'), h('span', null, t('email.mail')))
  return button({ label: t('email.mail'), icon: 'mail', onclick: async () => {
    // The clipboard is open to what the user has just pressed, so before all else.
    const copied = await toClipboard(email.generatedEmail)
    await dialog(t('email.longTitle'), h('p', null, t(copied ? 'email.longCopied' : 'email.longDraft')), close => [
      button({ label: t('common.close'), onclick: () => close() }),
      button({ label: t('email.download'), icon: 'download', onclick: () => { downloadDraft(email); close() } }),
      h('a', { class: 'button primary', href, onclick: () => close() }, icon('mail'), h('span', null, t('email.mail'))),
    ])
  } })
}

/** Sends the email through the server, now or later; seen where the server sends emails. @param {Email} email @returns {HTMLElement} */
export function sendButton(email) {
  const element = button({ label: t('email.send'), icon: 'send', hidden: true, onclick: async () => {
    const { scheduleDialog } = await import('../schedule/dialog.js')
    await scheduleDialog({ kind: 'email', key: email.id, to: email.toEmailId, subject: email.subject, text: email.generatedEmail })
  } })
  preferences().then(({ canSendEmail }) => { element.hidden = !canSendEmail }, () => {})
  return element
}

/** Gives the email as a draft file. @param {Email} email */
export function downloadDraft(email) {
  const text = draftFile(email, { from: currentSession()?.email, on: new Date() })
  const address = URL.createObjectURL(new Blob([text], { type: 'message/rfc822' }))
  h('a', { href: address, download: draftName(email) }).click()
  // The download has begun by then; without this the text stays in memory until the page goes.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
