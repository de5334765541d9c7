// The user's own templates ("own prompts" in the API): all of them, or the editor of one.

import { h, fill } from '../dom.js'
import { ago, t } from '../texts.js'
import { ApiFailure, call } from '../api.js'
import { keep, kept } from '../session.js'
import { button, confirm, endless, errorBox, icon, toast } from '../ui.js'
import { go } from '../router.js'
import { draftOf, editor } from '../account/prompt-editor.js'

/**
 * @typedef {{ subject: string, keywords: string, toEmail?: string, email: string }} Example
 * @typedef {{ id: string, title: string, guidance: string, placeholders: string[], example: Example | null, maxTokens: number, updatedOn: number }} OwnPrompt
 * As docs/api.md has it.
 */

const PAGE = 20
// All that a user may have come in one page (docs/api.md, Limits).
const ALL = 100

/** @param {import('../router.js').ViewContext} context */
export default async function view({ root, params, signal }) {
  const [id] = params
  if (!id) return void root.append(...list(signal))
  if (id === 'new') return void fill(root, ...frame(t('account.prompts.new')), editor(null, signal))
  fill(root, ...frame(t('account.prompts.edit')), h('p', { class: 'muted', role: 'status' }, t('common.loading')))
  try {
    const prompts = /** @type {OwnPrompt[]} */ ((await call('/prompt/getMyPrompts', { limit: ALL }, { signal })).payload ?? [])
    const prompt = prompts.find(one => one.id === id)
    if (!prompt) throw new ApiFailure('prompt_not_found', '')
    fill(root, ...frame(t('account.prompts.edit')), editor(prompt, signal, button({ label: t('common.delete'), icon: 'delete', kind: 'danger', onclick: () => remove(prompt) })))
  } catch (error) {
    if (!signal.aborted) fill(root, ...frame(t('account.prompts.edit')), errorBox(error))
  }
}

/** @param {string} title */
const frame = title => [h('a', { class: 'back', href: '#/prompts' }, icon('left'), t('nav.prompts')), h('h1', null, title)]

/** @param {AbortSignal} signal */
function list(signal) {
  return [
    h('div', { class: 'head' }, h('h1', null, t('nav.prompts')), h('a', { class: 'button primary', href: '#/prompts/new' }, icon('plus'), t('account.prompts.new'))),
    h('p', { class: 'muted measure' }, t('account.prompts.intro')),
    kept(draftOf(), null) ? h('div', { class: 'notice' },
      h('p', null, t('account.prompts.unfinished')), h('a', { class: 'button', href: '#/prompts/new' }, t('account.prompts.goOn'))) : null,
    endless({
      signal,
      load: async cursor => {
        const answer = await call('/prompt/getMyPrompts', { limit: PAGE, cursor }, { signal })
        return { items: /** @type {OwnPrompt[]} */ (answer.payload ?? []), next: answer.nextCursor }
      },
      item: card,
      empty: () => h('div', { class: 'empty' }, icon('prompts'), h('p', null, t('account.prompts.none'))),
    }),
  ].filter(one => one !== null)
}

/** @param {OwnPrompt} prompt */
function card(prompt) {
  const { id, title, guidance, placeholders, maxTokens, updatedOn } = prompt
  const named = (/** @type {string} */ what) => t('account.prompts.named', { what, title })
  return h('li', { class: 'card prompt' },
    h('h2', null, title),
    h('p', { class: 'prompt-guidance' }, guidance),
    placeholders.length ? h('p', { class: 'badges' },
      h('span', { class: 'unseen' }, t('account.prompts.asks')), placeholders.map(name => h('span', { class: 'badge' }, name))) : null,
    h('p', { class: 'muted' }, `${t('account.prompts.cost', { count: maxTokens })} · ${t('account.prompts.changed', { ago: ago(updatedOn) })}`),
    kept(draftOf(id), null) ? h('p', { class: 'muted' }, t('account.prompts.unsaved')) : null,
    h('div', { class: 'buttons' },
      h('a', { class: 'button primary', href: `#/write/${id}`, 'aria-label': named(t('account.prompts.use')) }, t('account.prompts.use')),
      h('a', { class: 'button', href: `#/prompts/${id}`, 'aria-label': named(t('account.prompts.change')) }, t('account.prompts.change')),
      button({ label: named(t('common.delete')), icon: 'delete', kind: 'quiet', iconOnly: true, onclick: () => remove(prompt) })))
}

/** @param {OwnPrompt} prompt */
async function remove({ id, title }) {
  if (!await confirm(t('account.prompts.delete', { title }), t('account.prompts.deleteText'), t('common.delete'))) return
  try {
    await call('/prompt/deletePrompt', { id })
  } catch (error) {
    // Gone already is what was wanted.
    if (!(error instanceof ApiFailure) || error.code !== 'prompt_not_found') throw error
  }
  keep(draftOf(id), null)
  toast(t('account.prompts.deleted'))
  go('#/prompts')
}
