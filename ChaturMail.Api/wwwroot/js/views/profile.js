// The account: who it is, how the app looks, what is kept where, and how it all goes.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { securitySections } from '../account/security.js'

/** @param {import('../router.js').ViewContext} context */
export default function view({ root, signal }) {
  root.append(h('h1', null, t('nav.profile')), ...securitySections(signal))
}
