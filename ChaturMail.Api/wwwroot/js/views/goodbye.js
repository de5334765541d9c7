import { h } from '../dom.js'
import { t } from '../texts.js'

/** Said after an account was deleted. @param {import('../router.js').ViewContext} context */
export default function view({ root }) {
  root.classList.add('narrow')
  root.append(
    h('h1', null, t('account.goodbye')),
    h('p', null, t('account.goodbye.done')),
    h('p', { class: 'muted' }, t('account.goodbye.again')),
    h('div', { class: 'buttons' }, h('a', { class: 'button', href: '#/signin' }, t('nav.signin'))))
}
