// An email in the history's list.

import { h } from '../dom.js'
import { ago, dateTime, t } from '../texts.js'
import { button } from '../ui.js'

/** @typedef {import('../email/email.js').Email} Email */

const SNIPPET = 320

/**
 * @param {Email} email
 * @param {object} how
 * @param {import('./templates.js').Template} [how.template]
 * @param {HTMLInputElement} how.box Picks it
 * @param {string} how.search What is marked in it
 * @param {() => unknown} how.onopen
 * @param {() => unknown} how.ondelete
 * @returns {HTMLElement}
 */
export function item(email, { template, box, search, onopen, ondelete }) {
  const subject = email.subject || t('history.noSubject')
  box.setAttribute('aria-label', t('history.pick', { subject }))
  return h('li', { class: 'card item', data: { id: email.id } },
    h('label', { class: 'pick' }, box),
    template ? picture(template) : blank(),
    h('div', { class: 'what' },
      h('a', { class: 'subject', href: `#/email/${encodeURIComponent(email.id)}`, onclick: onopen }, marked(subject, search)),
      h('p', { class: 'to' }, h('span', { class: 'muted' }, `${t('history.to')} `), marked(email.toEmailId, search)),
      h('p', { class: 'line muted' }, marked(snippet(email.generatedEmail, search), search)),
      h('p', { class: 'meta' },
        template ? h('span', { class: 'muted' }, template.title) : null,
        h('time', { class: 'muted', datetime: new Date(email.createdOn * 1000).toISOString(), title: dateTime(email.createdOn) }, ago(email.createdOn)),
        (email.version ?? 1) > 1 ? h('span', { class: 'badge' }, t('history.version', { version: email.version ?? 1 })) : null,
        email.editedOn ? h('span', { class: 'badge good' }, t('history.edited')) : null)),
    button({ label: t('history.delete', { subject }), icon: 'delete', kind: 'quiet', iconOnly: true, class: 'button quiet icon-only remove', onclick: ondelete }))
}

/** @param {import('./templates.js').Template} template */
const picture = template => h('img', {
  class: 'template', src: template.icon, alt: '', width: 40, height: 40, loading: 'lazy', onerror: (/** @type {any} */ event) => event.target.replaceWith(blank()),
})

/** In place of an icon that there is none of. */
const blank = () => h('span', { class: 'template' })

/** What an item shows, to be compared. @param {Email} email @param {import('./templates.js').Template | undefined} template */
export const seen = ({ subject, toEmailId, generatedEmail, createdOn, version, editedOn }, template) =>
  JSON.stringify([subject, toEmailId, generatedEmail.slice(0, 2000), createdOn, version, editedOn, template])

/** The first words behind the salutation, or those around what was searched for. @param {string} text @param {string} search */
function snippet(text, search) {
  const found = search ? text.toLowerCase().indexOf(search.toLowerCase()) : -1
  if (found > 100) return `… ${text.slice(found - 40, found + SNIPPET).replace(/^\S*\s/, '').replace(/\s+/g, ' ')}`
  const lines = text.split('\n').map(line => line.trim()).filter(Boolean)
  if (lines.length > 1 && lines[0].length < 60 && /[,:،]$/.test(lines[0]) && found < 0) lines.shift()
  return lines.join(' ').slice(0, SNIPPET)
}

/** A text with what was searched for marked. @param {string} text @param {string} search @returns {import('../dom.js').Child} */
function marked(text, search) {
  const lower = text.toLowerCase(), wanted = search.toLowerCase()
  // Where small letters are of another length than capitals ("İ"), places in one are none in the other.
  if (!wanted || lower.length !== text.length) return text
  /** @type {import('../dom.js').Child[]} */
  const parts = []
  let from = 0
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), h('mark', null, text.slice(at, at + wanted.length)))
    from = at + wanted.length
  }
  return [...parts, text.slice(from)]
}
