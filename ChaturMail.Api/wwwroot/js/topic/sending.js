// Sending the draft, now or later, and what became of it.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { callOne } from '../api.js'
import { currentSession, keep, kept } from '../session.js'
import { button, field, notice, toast } from '../ui.js'
import { personName } from '../people.js'
import { ask, redraw, section, sentBadge, time } from '../parties/pieces.js'

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
  const { id, version, draft } = desk.topic, zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const name = `draft.sending.${id}`, before = kept(name, '')
  const now = h('input', { type: 'radio', name: 'when', checked: !before }), later = h('input', { type: 'radio', name: 'when', checked: Boolean(before) })
  const at = h('input', { type: 'datetime-local', value: before }), when = field({ label: t('parties.when'), control: at, hint: t('parties.zone', { zone }) })
  const draw = () => {
    when.hidden = !later.checked
    keep(name, later.checked && at.value ? at.value : null)
  }
  for (const one of [now, later, at]) one.addEventListener('input', draw)
  draw()
  const done = await ask({
    title: t('parties.send', { version }), yes: t('parties.sendYes'),
    content: [h('p', null, t('parties.sendTo', { to: draft?.toEmail ?? '' })), h('fieldset', null, h('legend', null, t('parties.sendWhen')),
      h('label', { class: 'check' }, now, t('parties.sendNow')), h('label', { class: 'check' }, later, t('parties.sendLater'))), when],
    save: async () => {
      if (later.checked && !at.value) {
        when.fail(t('parties.whenMissing'))
        at.focus()
        return undefined
      }
      return callOne('/topic/sendDraft', { id, version, ...(later.checked && { at: at.value, timeZone: zone }) })
    },
  })
  if (done) {
    keep(name, null)
    toast(t(later.checked ? 'parties.sendPlanned' : 'parties.sendBegun'))
  }
  await desk.refresh()
}
