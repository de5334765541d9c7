// Sending the draft, now or later, and what became of it.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { call } from '../api.js'
import { currentSession } from '../session.js'
import { button, notice } from '../ui.js'
import { personName } from '../people.js'
import { scheduleDialog } from '../schedule/dialog.js'
import { redraw, section, sentBadge, time } from '../parties/pieces.js'

/** @param {import('../views/topic.js').Desk} desk @returns {HTMLElement & { draw(): void }} */
export function sending(desk) {
  const element = /** @type {any} */ (h('div', null))
  element.draw = () => {
    const { topic: { version, draft, approval, sent, manages }, person } = desk
    element.hidden = !version
    if (!version) return
    const missing = !draft?.toEmail || !draft.subject || !draft.text, waiting = approval && !approval.approved
    const again = sent?.version === version && !['cancelled', 'failed', 'unknown', 'sending'].includes(sent.state)
    redraw(element, section(t('parties.sending'), null,
      sent ? h('div', { role: 'status' }, h('p', { class: 'badges' }, sentBadge(sent.state), h('span', { class: 'muted' }, t('parties.sentWhat', { version: sent.version, name: personName(person(sent.userId)) }), ' · ', time(sent.sentOn))),
        sent.scheduleId && sent.userId === currentSession()?.uid ? h('p', null, h('a', { href: '#/schedule' }, t('parties.toSchedule'))) : null) : null,
      again ? null : !manages ? h('p', { class: 'muted' }, t('parties.sendByOwner'))
        : missing ? notice(t('error.draft_incomplete')) : waiting ? notice(t('error.approval_required'))
          : h('div', { class: 'buttons' }, button({ label: t('parties.send', { version }), icon: 'send', kind: 'primary', onclick: () => send(desk) }))))
  }
  element.draw()
  return element
}

/** Asks when, and sends. @param {import('../views/topic.js').Desk} desk */
async function send(desk) {
  const { id, version } = desk.topic
  try {
    // What the schedule dialog gives of a time is what the route takes.
    await scheduleDialog({ kind: 'email', key: `topic.${id}.${version}`, send: when => call('/topic/sendDraft', { id, version, at: when.at, timeZone: when.timeZone }) })
  } finally {
    await desk.refresh()
  }
}
