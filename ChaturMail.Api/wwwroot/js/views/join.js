import { h } from '../dom.js'
import { t } from '../texts.js'

/** @param {import('../router.js').ViewContext} context */
export default function view({ root }) {
  root.append(h('h1', null, t('nav.join')))
}
