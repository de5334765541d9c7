// The audit trail: who did what to whom, and when.

import { h, fill } from '../dom.js'
import { has, t } from '../texts.js'
import { button, endless, field } from '../ui.js'
import { go } from '../router.js'
import { code, pages, userLink, when } from './pieces.js'

/** @typedef {{ id: string, at: number, actor: string, action: string, target: string, details: string }} Line */

/** @param {import('../router.js').ViewContext} context */
export default function audit({ query, signal }) {
  const target = query.get('target') ?? ''
  const about = field({ label: t('console.target'), hint: t('console.targetHint'), optional: true,
    control: h('input', { type: 'search', value: target, maxlength: 128, autocomplete: 'off', spellcheck: 'false' }) })
  const filter = (/** @type {Event} */ event) => {
    event.preventDefault()
    const wanted = about.control.value.trim()
    go(wanted ? `#/console/audit?target=${encodeURIComponent(wanted)}` : '#/console/audit')
  }
  return [h('h1', null, t('console.part.audit')),
    h('form', { class: 'console-filter', role: 'search', onsubmit: filter }, about, button({ label: t('console.filter'), type: 'submit' })), auditList(target, signal)]
}

/** The lines about a uid or an id, or all of them. @param {string} target @param {AbortSignal} signal */
export const auditList = (target, signal) => {
  const list = endless({ load: pages('/admin/getAudit', target ? { target } : {}, signal), signal,
    item: (/** @type {Line} */ one) => line(one, target), empty: () => h('p', { class: 'muted' }, t('console.noLines')) })
  list.classList.add('trail')
  return list
}

/** @param {Line} line @param {string} known What all lines shown are about, which need not be said in each */
function line({ at, actor, action, target, details }, known) {
  return h('li', { class: 'card' },
    h('p', { class: 'console-title' }, h('strong', null, actionText(action)), code(action),
      action.endsWith('.failed') ? h('span', { class: 'badge bad' }, t('console.didFail')) : null),
    h('p', { class: 'muted' }, when(Math.floor(at / 1000)), ' · ', t('console.by'), ' ', /^(user|system)$/.test(actor) ? code(actor) : userLink(actor)),
    target && target !== known ? h('p', null, t('console.targetIs'), ' ', /^(user|coins|admin)\./.test(action) ? userLink(target) : code(target)) : null,
    details ? h('p', null, details) : null)
}

/** @param {string} action */
function actionText(action) {
  const key = `console.action.${action.replace(/\.failed$/, '')}` // texts: console.action.*
  return has(key) ? t(key) : action
}
