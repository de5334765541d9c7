// Pictures that go with an email: chosen, uploaded while the rest is typed, and taken away again.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { button, errorText, tell } from '../ui.js'
import { PICTURES, discard, upload } from '../upload.js'

const MOST = 5

/** @typedef {{ id: string, fileName: string }} Attached */

/**
 * @param {Attached[]} attached Those that are there already; kept up to date.
 * @param {AbortSignal} signal Ends uploads.
 * @param {() => void} onchange
 * @returns {HTMLElement & { busy(): boolean }} `busy` tells that an upload goes on.
 */
export function pictures(attached, signal, onchange) {
  let going = 0
  const list = h('ul', { class: 'schedule-pictures' })
  const state = h('p', { class: 'unseen', role: 'status' })
  const chosen = h('input', { type: 'file', accept: PICTURES, multiple: true, hidden: true, onchange: () => {
    for (const file of chosen.files) add(file).catch(tell)
    chosen.value = ''
  } })
  const more = button({ label: t('schedule.addPicture'), icon: 'image', onclick: () => chosen.click() })
  const limit = () => { more.disabled = attached.length + going >= MOST }
  const row = (/** @type {string} */ name, /** @type {Node} */ about, /** @type {() => void} */ remove) => h('li', null, h('span', null, name), about,
    button({ label: t('schedule.removePicture', { name }), icon: 'close', kind: 'quiet', iconOnly: true, onclick: () => { remove(); more.focus() } }))
  const there = (/** @type {Attached} */ one) => {
    const item = row(one.fileName, h('span', null), () => {
      item.remove()
      attached.splice(attached.indexOf(one), 1)
      discard(one.id)
      limit()
      onchange()
    })
    return item
  }
  async function add(/** @type {File} */ file) {
    if (attached.length + going >= MOST) return
    const stop = new AbortController(), progress = h('progress', { max: 1, value: 0, 'aria-label': t('schedule.uploading', { name: file.name }) })
    const item = row(file.name, progress, () => { stop.abort(); item.remove() })
    list.append(item)
    going++
    limit()
    try {
      const { id, fileName } = await upload(file, 'email', { signal: AbortSignal.any([signal, stop.signal]), onprogress: part => { progress.value = part } })
      const one = { id, fileName }
      attached.push(one)
      item.replaceWith(there(one))
      fill(state, t('schedule.uploaded', { name: fileName }))
      onchange()
    } catch (error) {
      if (signal.aborted || stop.signal.aborted) return
      progress.replaceWith(h('span', { class: 'error', role: 'alert' }, errorText(error)))
    } finally {
      going--
      limit()
    }
  }
  list.append(...attached.map(there))
  limit()
  /** @type {any} */
  const element = h('div', { class: 'field' }, list, more, chosen, h('p', { class: 'hint' }, t('schedule.picturesHint', { count: MOST })), state)
  element.busy = () => going > 0
  return element
}
