// What operators see: #/console/<part>. Each part is a module of its own, loaded when it is opened.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call } from '../api.js'
import { currentSession, leave, left } from '../session.js'
import { button, errorBox, icon } from '../ui.js'
import { go, show } from '../router.js'

/** @typedef {(context: import('../router.js').ViewContext) => Node[]} Part */

/** @type {Record<string, () => Promise<{ default: Part }>>} */
const PARTS = {
  overview: () => import('../console/overview.js'),
  workspaces: () => import('../console/workspaces.js'),
  dead: () => import('../console/dead.js'),
  usage: () => import('../console/usage.js'),
  users: () => import('../console/users.js'),
  feedback: () => import('../console/feedback.js'),
  templates: () => import('../console/content.js').then(({ templates }) => ({ default: templates })),
  tutorials: () => import('../console/content.js').then(({ tutorials }) => ({ default: tutorials })),
  banner: () => import('../console/banner.js'),
  audit: () => import('../console/audit.js'),
}

// The session that was last let in. Each route asks again; this only spares a question at every step from part to part.
let admitted = ''

/** @param {import('../router.js').ViewContext} context */
export default async function view(context) {
  const { root, params, signal } = context
  const name = params[0] in PARTS ? params[0] : 'overview'
  const token = currentSession()?.token ?? ''
  try {
    const [part] = await Promise.all([PARTS[name](), admitted === token || call('/admin/getAudit', { limit: 1 }, { signal })])
    if (signal.aborted) return
    admitted = token
    document.title = `${t(`console.part.${name}`)} · ${t('nav.console')} · ChaturMail`
    // texts: console.part.*
    fill(root, subnavigation(name), part.default({ ...context, params: params.slice(1) }))
    root.querySelector('.console-nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  } catch (error) {
    if (signal.aborted) return
    admitted = ''
    fill(root, h('h1', null, t('nav.console')), refusal(error))
  }
}

/** @param {string} current */
const subnavigation = current => h('nav', { class: 'console-nav', 'aria-label': t('console.parts') }, h('ul', null, Object.keys(PARTS).map(name =>
  h('li', null, h('a', { href: `#/console/${name}`, 'aria-current': name === current ? 'page' : null }, t(`console.part.${name}`))))))

/** Why somebody sees nothing here, and where to go on. @param {unknown} error */
function refusal(error) {
  const code = error instanceof ApiFailure ? error.code : ''
  if (code === 'not_admin') return notAllowed(t('console.notOperator'), h('a', { class: 'button', href: '#/write' }, t('console.toWriting')))
  if (code !== 'second_factor_required') return errorBox(error, show)
  return notAllowed(t('console.secondFactor'),
    button({ label: t('console.signInAgain'), kind: 'primary', onclick: signInAgain }), h('a', { class: 'button', href: '#/profile' }, t('console.toProfile')))
}

/** @param {string} text @param {...Node} ways */
const notAllowed = (text, ...ways) => h('div', { class: 'card console-refusal', role: 'alert' }, icon('warning'), h('p', null, text), h('div', { class: 'buttons' }, ways))

/** Ends the session here and on the server; what was typed stays on the device for the same user. */
async function signInAgain() {
  await call('/auth/logout', { all: false }, { token: leave() }).catch(() => {})
  left()
  go(`#/signin?then=${encodeURIComponent('#/console')}`)
}
