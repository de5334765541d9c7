// The picture on the first page of the app. It is checked here as the server will, so that a wrong file is told before it is sent.

import { h, fill } from '../dom.js'
import { number, t } from '../texts.js'
import { call, callOne } from '../api.js'
import { button, busy, confirm, errorBox, field, tell, toast } from '../ui.js'

const MOST_BYTES = 153_600, MOST_PIXELS = 2000
// The signature and the first chunk's head: https://www.w3.org/TR/png-3/#5PNG-file-signature, #11IHDR.
const START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]

/** @param {import('../router.js').ViewContext} context */
export default function banner({ signal }) {
  const current = h('section', { class: 'card' })
  const preview = h('div', { 'aria-live': 'polite' })
  const read = async () => {
    try {
      const { imageData } = await callOne('/misc/getBannerImage', {}, { signal })
      fill(current, h('h2', null, t('console.bannerNow')), imageData === 'NULL' ? h('p', { class: 'muted' }, t('console.noBanner'))
        : [picture(imageData, t('console.bannerNow')), h('div', { class: 'buttons' },
          button({ label: t('console.removeBanner'), icon: 'delete', kind: 'danger', onclick: remove }))])
    } catch (error) {
      if (!signal.aborted) fill(current, errorBox(error, read))
    }
  }
  const remove = async () => {
    if (!await confirm(t('console.removeBanner'), t('console.removeBannerText'), t('console.removeBanner'))) return
    await set(null, t('console.bannerRemoved'))
  }
  const set = async (/** @type {string | null} */ imageData, /** @type {string} */ text) => {
    await call('/admin/setBannerImage', { imageData })
    file.control.value = ''
    fill(preview)
    toast(text)
    await read()
    file.control.focus()
  }
  const file = field({ label: t('console.bannerFile'), hint: t('console.bannerHint', { kilobytes: MOST_BYTES / 1024, pixels: MOST_PIXELS }),
    control: h('input', { type: 'file', accept: 'image/png,.png', onchange: () => choose(file.control.files[0]) }) })
  const choose = async (/** @type {File | undefined} */ chosen) => {
    fill(preview)
    if (!chosen) return
    const { problem, bytes, width, height } = await check(chosen)
    if (problem) return file.fail(problem)
    file.fail('')
    const imageData = base64(bytes)
    const publish = button({ label: t('console.setBanner'), kind: 'primary', onclick: () => set(imageData, t('console.bannerSet')) })
    fill(preview, picture(imageData, t('console.bannerPreview')),
      h('p', { class: 'muted' }, t('console.bannerSize', { name: chosen.name, width, height, bytes: bytes.length })), publish)
  }
  const drop = h('div', { class: 'drop card', ondragleave: () => drop.classList.remove('over'),
    ondragover: (/** @type {DragEvent} */ event) => { event.preventDefault(); drop.classList.add('over') },
    ondrop: (/** @type {DragEvent} */ event) => {
      event.preventDefault()
      drop.classList.remove('over')
      choose(event.dataTransfer?.files[0]).catch(tell)
    } }, h('h2', null, t('console.newBanner')), file, preview)
  busy(current, read())
  return [h('h1', null, t('console.part.banner')), h('p', { class: 'muted' }, t('console.bannerAbout')), current, drop]
}

/** @param {string} imageData @param {string} alt */
const picture = (imageData, alt) => h('img', { class: 'banner', src: `data:image/png;base64,${imageData}`, alt })

/** @param {File} file */
async function check(file) {
  const none = { bytes: new Uint8Array(), width: 0, height: 0 }
  // The size first: a film is not to be read into memory.
  if (file.size > MOST_BYTES) return { ...none, problem: t('console.bannerTooLarge', { kilobytes: MOST_BYTES / 1024, has: number(Math.ceil(file.size / 1024)) }) }
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (bytes.length < 36 || START.some((byte, index) => bytes[index] !== byte)) return { ...none, problem: t('console.bannerNotPng') }
  const view = new DataView(bytes.buffer), width = view.getUint32(16), height = view.getUint32(20)
  const fits = [width, height].every(side => side >= 1 && side <= MOST_PIXELS)
  return { bytes, width, height, problem: fits ? '' : t('console.bannerTooWide', { pixels: MOST_PIXELS, width, height }) }
}

/** @param {Uint8Array} bytes */
const base64 = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
