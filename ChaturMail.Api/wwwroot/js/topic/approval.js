// Who is to approve the draft, and what they say.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { callOne } from '../api.js'
import { currentSession } from '../session.js'
import { button, icon, toast } from '../ui.js'
import { personName } from '../people.js'
import { ask, askText, NOTE, redraw, section, time, who } from '../parties/pieces.js'

// docs/api.md, Limits
const MOST = 10

/** @param {import('../views/topic.js').Desk} desk @returns {HTMLElement & { draw(): void }} */
export function approval(desk) {
  const element = /** @type {any} */ (h('div', null))
  element.draw = () => {
    const { topic: { version, approval: asked, manages }, person } = desk, me = currentSession()?.uid
    element.hidden = !version
    if (!version) return
    const own = asked?.approvers.find(({ userId }) => userId === me)
    redraw(element, section(t('parties.approval'), manages ? button({ label: t(asked ? 'parties.askOthers' : 'parties.askApproval'), icon: 'parties', onclick: () => request(desk) }) : null,
      asked ? [h('p', { class: 'muted' }, t('parties.approvalOf', { version: asked.version })),
        h('ul', { class: 'people' }, asked.approvers.map(({ userId, state, note, decidedOn }) => h('li', null,
          who(person(userId), note ? h('span', { class: 'note' }, note) : null, decidedOn ? h('span', { class: 'muted' }, time(decidedOn)) : null), stateBadge(state)))),
        own ? h('div', { class: 'buttons' },
          own.state === 'approved' ? null : button({ label: t('parties.approve'), icon: 'check', kind: 'primary', onclick: () => decide(desk, 'approveDraft') }),
          own.state === 'rejected' ? null : button({ label: t('parties.reject'), icon: 'close', onclick: () => decide(desk, 'rejectDraft') })) : null]
        : h('p', { class: 'muted' }, t('parties.noApproval'))))
  }
  element.draw()
  return element
}

// texts: parties.approver.*
/** @param {import('../parties/pieces.js').Approver['state']} state */
const stateBadge = state => h('span', { class: ['badge', { approved: 'good', rejected: 'bad', pending: '' }[state]] },
  state === 'pending' ? null : icon(state === 'approved' ? 'check' : 'close'), t(`parties.approver.${state}`))

/** Lets the user name members. @param {import('../views/topic.js').Desk} desk */
async function request(desk) {
  const { topic, party } = desk
  const boxes = party.members.map(member => ({ member, box: h('input', { type: 'checkbox', checked: topic.approval?.approvers.some(({ userId }) => userId === member.userId) ?? false }) }))
  const fault = h('p', { class: 'error', role: 'alert', hidden: true })
  const done = await ask({
    title: t('parties.askApproval'), yes: t('parties.askYes'),
    content: [h('fieldset', null, h('legend', null, t('parties.whoApproves')), boxes.map(({ member, box }) => h('label', { class: 'check' }, box, personName(member)))), fault],
    save: async () => {
      const approvers = boxes.filter(({ box }) => box.checked).map(({ member }) => member.userId)
      fault.hidden = approvers.length >= 1 && approvers.length <= MOST
      fault.textContent = t('parties.whoMissing', { most: MOST })
      return fault.hidden ? callOne('/topic/requestApproval', { id: topic.id, version: topic.version, approvers }) : undefined
    },
  })
  if (done) toast(t('parties.asked'))
  await desk.refresh()
}

/** @param {import('../views/topic.js').Desk} desk @param {'approveDraft' | 'rejectDraft'} route */
async function decide(desk, route) {
  const { id, version } = desk.topic, approve = route === 'approveDraft'
  const done = await askText({
    title: t(approve ? 'parties.approveTitle' : 'parties.rejectTitle', { version }), label: t('parties.note'), lines: true, max: NOTE, draft: `decision.${id}`,
    yes: t(approve ? 'parties.approve' : 'parties.reject'), kind: approve ? 'primary' : 'danger', save: note => callOne(`/topic/${route}`, { id, version, ...(note && { note }) }),
  })
  if (done) toast(t(approve ? 'parties.youApproved' : 'parties.youRejected'))
  await desk.refresh()
}
