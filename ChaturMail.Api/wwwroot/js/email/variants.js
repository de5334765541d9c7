// Several emails of one request, side by side where there is room, to choose from.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { button, dialog, notice } from '../ui.js'
import { go } from '../router.js'
import { copyButton, mailButton } from './send.js'
import { deleteWithUndo } from '../history/deleting.js'

/** @typedef {import('./email.js').Email} Email */

/**
 * @param {Email[]} emails
 * @returns {HTMLElement}
 */
export function variantCards(emails) {
  return h('div', { class: 'variants' }, emails.map((email, i) => {
    const label = t('email.variantOf', { number: i + 1, count: emails.length })
    const text = h('div', { class: 'email-text', lang: email.options?.language }, email.generatedEmail)
    return h('article', { class: 'card email variant', 'aria-label': label }, h('h2', null, label), email.note ? notice(email.note) : null, text,
      h('div', { class: 'buttons' }, button({ label: t('email.keep'), icon: 'check', kind: 'primary', onclick: () => choose(email, emails.filter(other => other !== email)) }),
        copyButton(email, () => text), mailButton(email)))
  }))
}

/** Goes on with one; what becomes of the others is for the user to say. @param {Email} email @param {Email[]} others */
async function choose(email, others) {
  const answer = others.length === 0 ? 'keep' : await dialog(t('email.othersTitle', { count: others.length }), h('p', null, t('email.othersText')), close => [
    button({ label: t('email.othersDelete'), kind: 'danger', onclick: () => close('delete') }),
    button({ label: t('email.othersKeep'), kind: 'primary', onclick: () => close('keep') }),
  ])
  if (!answer) return
  go(`#/email/${email.id}`)
  if (answer === 'delete') deleteWithUndo(others)
}
