// The history: what was written, newest first. Kept emails are shown at once, and the server's put in their place.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { owner } from '../session.js'
import { button, icon } from '../ui.js'
import { exportDialog } from '../history/export.js'
import { EmailList } from '../history/list.js'

// After the last key, in milliseconds.
const PAUSE = 250, LONGEST = 100

/**
 * Where the user was when they left, so that coming back leads there.
 * @type {{ mark: string, uid: string, pages: import('../history/pages.js').Pages, top: number, opened?: string } | null}
 */
let left = null

let view = '', before = ''
addEventListener('viewchange', event => { [before, view] = [view, /** @type {CustomEvent} */ (event).detail] })

/** @param {import('../router.js').ViewContext} context */
export default function show({ root, query, signal }) {
  const search = (query.get('search') ?? '').slice(0, LONGEST)
  // Back in the browser leads to the entry that was left, a link in an email to a new one.
  const restored = left?.uid === owner() && left.pages.search === search && (history.state?.place === left.mark || before === 'email') ? left : null
  const mark = restored?.mark ?? crypto.randomUUID()
  history.replaceState({ place: mark }, '')

  const list = new EmailList(root, signal, search, restored?.pages)
  const save = button({ label: t('history.export'), icon: 'download', onclick: () => exportDialog({ search: list.reading.pages.search }) })
  fill(root, h('h1', null, t('nav.history')),
    h('div', { class: 'history-tools' }, searchForm(search, signal, wanted => list.look(wanted)), h('div', { class: 'buttons' }, list.selection.start, save)),
    list.selection.bar, list.notice, list.status, list.element, list.end)
  signal.addEventListener('abort', () => { left = { mark, uid: owner(), pages: list.reading.pages, top: list.opened?.top ?? scrollY, opened: list.opened?.id } })
  if (!restored) return
  // With the focus where it was the router leaves the page there too.
  if (restored.opened) list.element.querySelector(`[data-id="${CSS.escape(restored.opened)}"] a`)?.focus({ preventScroll: true })
  scrollTo(0, restored.top)
  requestAnimationFrame(() => { if (!signal.aborted) scrollTo(0, restored.top) })
}

/** @param {string} search @param {AbortSignal} signal @param {(wanted: string) => unknown} onsearch */
function searchForm(search, signal, onsearch) {
  let timer = 0, last = search
  const look = () => {
    clearTimeout(timer)
    const wanted = box.value.trim()
    if (signal.aborted || wanted === last) return
    last = wanted
    history.replaceState(history.state, '', wanted ? `#/history?search=${encodeURIComponent(wanted)}` : '#/history')
    onsearch(wanted)
  }
  const box = h('input', {
    type: 'search', value: search, maxlength: LONGEST, placeholder: t('history.searchHint'), 'aria-label': t('history.search'), autocomplete: 'off', enterkeyhint: 'search',
    oninput: () => { clearTimeout(timer); timer = setTimeout(look, PAUSE) },
  })
  return h('form', { role: 'search', class: 'history-search', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); look() } }, icon('search'), box)
}
