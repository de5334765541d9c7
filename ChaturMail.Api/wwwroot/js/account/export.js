// Everything that the server holds on the user, as a file.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, download } from '../api.js'
import { button, errorBox, icon, notice } from '../ui.js'
import { size } from './parts.js'

/** A button that downloads the archive, and what is said of it. @param {AbortSignal} signal Ends a download. @returns {HTMLElement} */
export function exportPiece(signal) {
  const state = h('div', { class: 'export-state', role: 'status' })
  return h('div', { class: 'export' }, button({ label: t('account.export.start'), icon: 'download', onclick: () => read(state, signal) }), state)
}

/** @param {HTMLElement} state @param {AbortSignal} signal */
async function read(state, signal) {
  const stop = new AbortController()
  const so = h('span', { class: 'muted', 'aria-live': 'off' })
  fill(state,
    h('p', null, t('account.export.reading'), ' ', so), h('progress', { 'aria-label': t('account.export.reading') }),
    button({ label: t('common.cancel'), onclick: () => stop.abort() }))
  try {
    // How much there is, is not known before it ends.
    const { blob, name } = await download('/user/exportData', {}, { signal: AbortSignal.any([signal, stop.signal]), onbytes: bytes => { so.textContent = size(bytes) } })
    const file = name || 'chaturmail-export.json'
    saveFile(blob, file)
    fill(state, h('p', { class: 'done' }, icon('check'), h('span', null, t('account.export.done', { name: file, size: size(blob.size) }))))
  } catch (error) {
    if (signal.aborted || stop.signal.aborted) fill(state)
    else if (error instanceof ApiFailure && error.status === 429) fill(state, notice(t('account.export.wait', { count: Math.ceil((error.retryAfter ?? 60) / 60) }), 'bad'))
    else fill(state, errorBox(error, () => read(state, signal)))
  }
}

/** Hands a file to the browser. @param {Blob} blob @param {string} name */
function saveFile(blob, name) {
  const address = URL.createObjectURL(blob)
  h('a', { href: address, download: name }).click()
  // The browser has it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
