// The guides: all of them, or one. They are kept on the device, to be read without a connection.

import { h, fill } from '../dom.js'
import { date, t } from '../texts.js'
import { call, ApiFailure } from '../api.js'
import { keep, kept } from '../session.js'
import { writing } from '../html.js'
import { errorBox, icon, notice } from '../ui.js'

/** @typedef {{ title: string, htmlContent: string, updatedOn: number }} Guide */

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, params, signal }) {
  const known = /** @type {Guide[]} */ (kept('tutorials', []))
  if (known.length) draw(root, known, params[0])
  else fill(root, h('h1', null, t('nav.tutorials')), h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  const reading = read()
  // Whoever has them on the device need not wait.
  if (!known.length) await reading

  async function read() {
    try {
      const guides = /** @type {Guide[]} */ ((await call('/tutorials/getAllTutorials', {}, { signal })).payload ?? [])
      if (signal.aborted) return
      keep('tutorials', guides)
      if (!known.length || JSON.stringify(guides) !== JSON.stringify(known)) draw(root, guides, params[0])
    } catch (error) {
      if (signal.aborted) return
      if (!known.length) fill(root, h('h1', null, t('nav.tutorials')), errorBox(error, read))
      else if (error instanceof ApiFailure && error.code === 'offline') root.append(h('p', { class: 'muted', role: 'status' }, t('account.tutorials.kept')))
    }
  }
}

/** @param {HTMLElement} root @param {Guide[]} guides @param {string | undefined} wanted Its number, from 1; all without. */
function draw(root, guides, wanted) {
  if (!wanted) return void fill(root, list(guides))
  const at = Number(wanted) - 1
  const guide = guides[at]
  if (!guide) {
    const all = h('a', { class: 'button', href: '#/tutorials' }, t('account.tutorials.all'))
    return void fill(root, h('h1', null, t('nav.tutorials')), notice(t('account.tutorials.gone'), 'info', all))
  }
  document.title = `${guide.title} · ChaturMail`
  fill(root,
    h('a', { class: 'back', href: '#/tutorials' }, icon('left'), t('account.tutorials.all')),
    h('article', { class: 'guide card' },
      h('h1', { lang: 'en' }, guide.title),
      h('div', { lang: 'en' }, writing(guide.htmlContent)),
      h('p', { class: 'muted' }, t('account.tutorials.updated', { date: date(guide.updatedOn) }))),
    h('nav', { class: 'turn', 'aria-label': t('account.tutorials.turn') }, turn(guides, at - 1, 'previous'), turn(guides, at + 1, 'next')))
}

/** @param {Guide[]} guides */
const list = guides => [
  h('h1', null, t('nav.tutorials')),
  guides.length ? h('ol', { class: 'guides list' }, guides.map((guide, at) => h('li', null,
    h('a', { class: 'card guide-link', href: `#/tutorials/${at + 1}`, lang: 'en' },
      h('span', { class: 'guide-number', 'aria-hidden': 'true' }, at + 1),
      h('span', null, h('strong', null, guide.title), h('span', { class: 'muted' }, begins(guide))),
      icon('right')))))
    : h('p', { class: 'muted' }, t('account.tutorials.none')),
]

/** The first sentence or two of a guide. @param {Guide} guide */
const begins = guide => writing(guide.htmlContent).querySelector('p')?.textContent ?? ''

// texts: account.tutorials.*
/** @param {Guide[]} guides @param {number} at @param {'previous' | 'next'} way */
const turn = (guides, at, way) => guides[at] ? h('a', { class: `card turn-${way}`, href: `#/tutorials/${at + 1}` },
  way === 'previous' ? icon('left') : null,
  h('span', null, h('span', { class: 'muted' }, t(`account.tutorials.${way}`)), h('strong', { lang: 'en' }, guides[at].title)),
  way === 'next' ? icon('right') : null) : null
