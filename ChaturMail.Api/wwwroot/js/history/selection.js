// Several emails at once: the bar that says how many are picked, and what can be done with them.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { button } from '../ui.js'
import { exportDialog } from './export.js'

/**
 * The button that begins to pick, and the bar while it goes on.
 * @param {import('./list.js').EmailList} list
 */
export function selectionBar(list) {
  const all = h('input', { type: 'checkbox', onchange: () => list.pick(list.emails, all.checked) })
  const allText = h('span'), count = h('span', { role: 'status' })
  const save = button({ label: t('history.export'), icon: 'download', onclick: () => exportDialog({ emails: list.picked, search: '' }) })
  const remove = button({ label: t('common.delete'), icon: 'delete', kind: 'danger', onclick: () => { const emails = list.picked; begin(false); list.remove(emails) } })
  const done = button({ label: t('history.done'), kind: 'quiet', onclick: () => begin(false) })
  const start = button({ label: t('history.select'), icon: 'check', 'aria-pressed': 'false', onclick: () => begin(bar.hidden) })
  const bar = h('div', { class: 'history-bar card', role: 'group', 'aria-label': t('history.bar'), hidden: true },
    h('label', { class: 'check' }, all, allText), count, h('div', { class: 'buttons' }, save, remove, done))

  /** @param {boolean} on */
  function begin(on) {
    const focused = bar.contains(document.activeElement)
    bar.hidden = !on
    start.setAttribute('aria-pressed', String(on))
    list.picking = on
    if (focused) start.focus()
  }

  function draw() {
    if (bar.hidden) return
    const shown = list.emails.length, picked = list.picked.length
    allText.textContent = t('history.selectAll', { count: shown })
    count.textContent = t('history.picked', { count: picked })
    all.checked = picked > 0 && picked === shown
    all.indeterminate = picked > 0 && picked < shown
    save.disabled = remove.disabled = picked === 0
  }

  return { start, bar, draw }
}
