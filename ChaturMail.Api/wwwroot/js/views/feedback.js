// A message to the operators.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { call } from '../api.js'
import { keep, kept } from '../session.js'
import { busy, button, errorBox, toast } from '../ui.js'
import { checked, counted } from '../account/parts.js'

// docs/api.md, Limits
const SUBJECT = 200, MESSAGE = 5000, LEAST = 10, DRAFT = 'draft.feedback'

/** @param {import('../router.js').ViewContext} context */
export default function view({ root, signal }) {
  root.classList.add('narrow')
  form(root, signal)
}

/** @param {HTMLElement} root @param {AbortSignal} signal */
function form(root, signal) {
  const typed = kept(DRAFT, { subject: '', message: '' })
  const subject = counted({ label: t('account.feedback.subject'), min: LEAST, max: SUBJECT, control: h('input', { autocomplete: 'off', enterkeyhint: 'next' }) })
  const message = counted({ label: t('account.feedback.message'), min: LEAST, max: MESSAGE, control: h('textarea', { rows: 8 }) })
  subject.set(typed.subject)
  message.set(typed.message)
  const problem = h('div')
  const submit = h('button', { class: 'button primary' }, t('account.feedback.send'))
  const draft = () => {
    const now = { subject: subject.control.value, message: message.control.value }
    keep(DRAFT, now.subject || now.message ? now : null)
  }
  const send = async () => {
    fill(problem)
    try {
      // Not ended with the view: what was sent is sent, and its draft must go.
      await call('/misc/submitFeedback', { subject: subject.control.value.trim(), message: message.control.value.trim() })
      keep(DRAFT, null)
      if (signal.aborted) toast(t('account.feedback.thanks'))
      else thank(root, signal)
    } catch (error) {
      if (!signal.aborted) fill(problem, errorBox(error))
    }
  }
  fill(root,
    h('h1', null, t('nav.feedback')),
    h('p', null, t('account.feedback.intro')),
    h('form', {
      novalidate: true,
      class: 'card',
      oninput: draft,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault()
        if (submit.getAttribute('aria-busy') !== 'true' && checked([subject, message])) busy(submit, send())
      },
    }, subject, message, problem, h('div', { class: 'buttons' }, submit, h('span', { class: 'muted' }, t('account.kept')))))
}

/** @param {HTMLElement} root @param {AbortSignal} signal */
function thank(root, signal) {
  const heading = h('h1', { tabindex: '-1' }, t('account.feedback.thanks'))
  fill(root, heading, h('p', null, t('account.feedback.read')),
    h('div', { class: 'buttons' },
      h('a', { class: 'button primary', href: '#/write' }, t('nav.write')),
      button({ label: t('account.feedback.another'), onclick: () => { form(root, signal); root.querySelector('input')?.focus() } })))
  heading.focus()
}
