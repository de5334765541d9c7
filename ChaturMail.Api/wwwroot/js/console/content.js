// Templates and tutorials: lists, and an editor for the text of each. What is typed is kept on the device until it is published or thrown away.

import { h, fill } from '../dom.js'
import { date, number, t } from '../texts.js'
import { call, callOne } from '../api.js'
import { keep, kept } from '../session.js'
import { button, confirm, errorBox, errorText, field, notice, toast } from '../ui.js'
import { writing } from '../html.js'
import { go } from '../router.js'
import { code, facts } from './pieces.js'

/**
 * @typedef {{ id: string, title: string, slug?: string, maxTokens?: number, order?: number, updatedOn: number, published: boolean, withdrawn: boolean,
 *   template?: string, text?: string }} Item
 */

/**
 * @typedef {object} Kind
 * @property {'templates' | 'tutorials'} part
 * @property {string} list
 * @property {string} publish
 * @property {string} withdraw
 * @property {(id: string, text: string) => object} body Of publish.
 * @property {(item: Item) => string} text
 * @property {(text: string, known: Item[]) => string} copy A text to begin another one with.
 * @property {boolean} idInText Whether the text itself says its id.
 */

/** @type {Kind} */
const TEMPLATES = {
  part: 'templates', list: '/admin/getPrompts', publish: '/admin/publishPrompt', withdraw: '/admin/withdrawPrompt', idInText: true,
  body: (_, template) => ({ template }), text: item => item.template ?? '',
  // With its id the copy would take the original's place.
  copy: (text, known) => text.replace(/^id:.*$/m, `id: "${freeId(known)}"`).replace(/^slug:\s*(\S+).*$/m, 'slug: $1-copy').replace(/^updatedOn:.*\n/m, ''),
}

/** @type {Kind} */
const TUTORIALS = {
  part: 'tutorials', list: '/admin/getTutorials', publish: '/admin/publishTutorial', withdraw: '/admin/withdrawTutorial', idInText: false,
  body: (id, text) => ({ id, text }), text: item => item.text ?? '', copy: text => text.replace(/^updatedOn:.*\n/m, ''),
}

/** @param {import('../router.js').ViewContext} context */
export const templates = context => content(TEMPLATES, context)

/** @param {import('../router.js').ViewContext} context */
export const tutorials = context => content(TUTORIALS, context)

/** @param {Kind} kind @param {import('../router.js').ViewContext} context */
function content(kind, { params, query, signal }) {
  // texts: console.part.*
  const heading = h('h1', null, t(`console.part.${kind.part}`))
  const place = h('div', null, h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  const load = async () => {
    try {
      /** @type {Item[]} */
      const all = (await call(kind.list, {}, { signal })).payload ?? []
      if (!params[0]) return fill(place, list(kind, all, load))
      const isNew = params[0] === 'new', id = isNew ? query.get('from') : params[0]
      const item = id ? await callOne(kind.list, { id }, { signal }) : null
      fill(heading, isNew ? t('console.newText') : item.title)
      fill(place, editor(kind, isNew ? null : item, all, item, signal))
    } catch (error) {
      if (!signal.aborted) fill(place, errorBox(error, load))
    }
  }
  load()
  return [params[0] ? h('p', null, h('a', { href: `#/console/${kind.part}` }, t('console.backToList'))) : null, heading, place].filter(node => node !== null)
}

/** @param {Kind} kind @param {Item[]} all @param {() => Promise<unknown>} again */
function list(kind, all, again) {
  const withdraw = async (/** @type {Item} */ item) => {
    await call(kind.withdraw, { id: item.id, withdrawn: !item.withdrawn })
    toast(t(item.withdrawn ? 'console.offeredAgain' : 'console.isWithdrawn', { title: item.title }))
    await again()
  }
  return [
    h('p', { class: 'buttons' }, h('a', { class: 'button primary', href: `#/console/${kind.part}/new` }, t('console.new'))),
    h('ul', { class: 'list console-texts' }, all.map(item => h('li', { class: 'card' },
      h('h2', { class: 'console-title' }, item.title, item.withdrawn ? h('span', { class: 'badge bad' }, t('console.withdrawn')) : null,
        item.published ? h('span', { class: 'badge' }, t('console.published')) : null,
        kept(draftOf(kind, item.id), null) ? h('span', { class: 'badge' }, t('console.hasDraft')) : null),
      facts([[t('console.id'), code(item.id)], [t('console.slug'), item.slug && code(item.slug)],
        [t('console.cost'), item.maxTokens === undefined ? null : t('console.coinsCount', { count: item.maxTokens })],
        [t('console.order'), item.order === undefined ? null : number(item.order)], [t('console.changed'), date(item.updatedOn)]]),
      h('div', { class: 'buttons' },
        h('a', { class: 'button', href: `#/console/${kind.part}/${encodeURIComponent(item.id)}`, 'aria-label': t('console.editNamed', { title: item.title }) },
          t('console.edit')),
        h('a', { class: 'button', href: `#/console/${kind.part}/new?from=${encodeURIComponent(item.id)}`, 'aria-label': t('console.copyNamed', { title: item.title }) },
          t('console.copy')),
        button({ label: t(item.withdrawn ? 'console.offer' : 'console.withdraw'),
          'aria-label': t(item.withdrawn ? 'console.offerNamed' : 'console.withdrawNamed', { title: item.title }), onclick: () => withdraw(item) }))))),
  ]
}

/** @param {Kind} kind @param {string} id */
const draftOf = (kind, id) => `draft.console.${kind.part}.${id}`

/**
 * @param {Kind} kind
 * @param {Item | null} item What is edited; null for a new one.
 * @param {Item[]} all
 * @param {Item | null} source Where the text comes from.
 * @param {AbortSignal} signal
 */
function editor(kind, item, all, source, signal) {
  const name = draftOf(kind, item?.id ?? 'new'), original = source ? item ? kind.text(source) : kind.copy(kind.text(source), all) : ''
  const draft = kept(name, /** @type {{ id: string, text: string, updatedOn: number } | null} */ (null))
  const id = kind.idInText ? null : field({ label: t('console.id'), hint: item ? undefined : t('console.tutorialIdHint'), control: h('input', {
    value: item?.id ?? draft?.id ?? '', readOnly: item !== null, maxlength: 60, pattern: '[a-z0-9\\-]+', autocomplete: 'off', spellcheck: 'false', required: true }) })
  const text = field({ label: t('console.text'), hint: t(kind.idInText ? 'console.templateHint' : 'console.tutorialHint'),
    control: h('textarea', { class: 'console-text', value: draft?.text ?? original, maxlength: 65536, spellcheck: 'false', rows: 20, required: true }) })
  const preview = h('section', { 'aria-live': 'polite' })
  const idOf = () => id ? id.control.value.trim() : /^id:\s*["']?([^"'\n]*?)["']?\s*$/m.exec(text.control.value)?.[1] ?? ''
  const remember = () => keep(name, text.control.value === original && (item || !id?.control.value) ? null
    : { id: id?.control.value ?? '', text: text.control.value, updatedOn: item?.updatedOn ?? 0 })
  const discarding = button({ label: t('console.discard'), hidden: !draft, onclick: () => discard() })
  for (const one of [id, text]) one?.control.addEventListener('input', () => { remember(); discarding.hidden = !kept(name, null) })
  const publish = async () => {
    const known = all.find(other => other.id === idOf() && other.id !== item?.id)
    if (known && !await confirm(t('console.replaceTitle', { title: known.title }), t('console.replaceText'), t('console.replace'))) return
    try {
      const published = (await call(kind.publish, kind.body(idOf(), text.control.value))).payload?.[0]
      keep(name, null)
      toast(t('console.isPublished', { title: published.title }))
      go(`#/console/${kind.part}/${encodeURIComponent(published.id)}`)
    } catch (error) {
      text.fail(errorText(error))
      text.control.focus()
    }
  }
  const discard = async () => {
    if (!await confirm(t('console.discardTitle'), t('console.discardText'), t('console.discard'))) return
    keep(name, null)
    text.control.value = original
    discarding.hidden = true
    text.fail('')
    text.control.focus()
  }
  if (item && !kind.idInText) seen(item, preview, signal)
  return [
    draft ? notice(t(item && draft.updatedOn !== item.updatedOn ? 'console.draftOld' : 'console.draftFound')) : null,
    id, text, h('div', { class: 'buttons' }, button({ label: t('console.publish'), kind: 'primary', onclick: publish }), discarding), preview,
  ]
}

/** How users see a tutorial: the HTML that the server made of it. @param {Item} item @param {Element} place @param {AbortSignal} signal */
async function seen(item, place, signal) {
  try {
    /** @type {{ title: string, htmlContent: string, updatedOn: number }[]} */
    const all = (await call('/tutorials/getAllTutorials', {}, { signal })).payload ?? []
    const shown = all.find(one => one.title === item.title && one.updatedOn === item.updatedOn)
    if (shown) fill(place, h('h2', null, t('console.seen')), h('div', { class: 'card' }, writing(shown.htmlContent)))
  } catch (error) {
    if (!signal.aborted) fill(place, errorBox(error))
  }
}

/** An id that no template has. @param {Item[]} known */
const freeId = known => Math.max(1000, ...known.map(item => Number(item.id) || 0)) + 1
