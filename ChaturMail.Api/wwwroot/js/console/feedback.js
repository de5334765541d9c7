// What users wrote to us.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { call } from '../api.js'
import { button, confirm, endless, toast } from '../ui.js'
import { pages, userLink, when } from './pieces.js'

/** @typedef {{ id: string, userId: string, email: string, subject: string, message: string, createdOn: number }} Message */

/** @param {import('../router.js').ViewContext} context */
export default function feedback({ signal }) {
  const empty = () => h('p', { class: 'muted', role: 'status' }, t('console.noFeedback'))
  const heading = h('h1', { tabindex: -1 }, t('console.part.feedback'))
  const list = endless({ load: pages('/admin/getFeedback', {}, signal), signal, empty, item: (/** @type {Message} */ message) => {
    const element = card(message, async () => {
      if (!await confirm(t('console.deleteFeedback'), t('console.deleteFeedbackText'), t('common.delete'))) return
      await call('/admin/deleteFeedback', { id: message.id })
      const next = /** @type {HTMLElement | null} */ ((element.nextElementSibling ?? element.previousElementSibling)?.querySelector('h2'))
      element.remove()
      toast(t('console.feedbackDeleted'))
      const focused = next ?? heading
      focused.setAttribute('tabindex', '-1')
      focused.focus()
    })
    return element
  } })
  return [heading, h('p', { class: 'muted' }, t('console.feedbackAbout')), list]
}

/** @param {Message} message @param {() => Promise<void>} remove */
function card({ userId, email, subject, message, createdOn }, remove) {
  return h('li', { class: 'card' },
    h('h2', { class: 'console-title' }, subject),
    h('p', { class: 'muted' }, userLink(userId, email || userId), ' · ', when(Math.floor(createdOn / 1000))),
    h('p', { class: 'console-message' }, message),
    h('div', { class: 'buttons' }, email ? h('a', { class: 'button', href: reply(email, subject) }, t('console.reply')) : null,
      button({ label: t('common.delete'), icon: 'delete', kind: 'danger', onclick: remove })))
}

/** A link that answers in the mail app (RFC 6068): the address keeps its @, all else is escaped. @param {string} email @param {string} subject */
const reply = (email, subject) => `mailto:${encodeURIComponent(email).replace('%40', '@')}?subject=${encodeURIComponent(`Re: ${subject}`)}`
