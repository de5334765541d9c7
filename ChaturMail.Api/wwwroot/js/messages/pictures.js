// Pictures in messages: uploading them, and showing them from addresses that are good for a minute.

import { h, fill } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, callOne } from '../api.js'
import { button, dialog } from '../ui.js'

export const TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif']

/**
 * Uploads a picture and has it checked.
 * @param {File} file
 * @param {string} name What it shows, for those who do not see it: it is kept as the file's name.
 * @param {(part: number) => void} onprogress 0 to 1
 * @returns {Promise<string>} Its id.
 * @throws {ApiFailure}
 */
export async function upload(file, name, onprogress) {
  if (!TYPES.includes(file.type)) throw new ApiFailure('unsupported_image', '')
  const { id, uploadUrl, headers } = await callOne('/attachment/createUpload', { fileName: fileName(name, file.type), contentType: file.type, bytes: file.size, purpose: 'message' })
  await put(uploadUrl, headers, file, onprogress)
  await callOne('/attachment/finishUpload', { id })
  return id
}

/** @param {string} name @param {string} type */
const fileName = (name, type) => `${name.replace(/[/\\:*?"<>|\p{C}]/gu, ' ').trim().slice(0, 90) || t('messages.picture')}.${type.slice(6).replace('jpeg', 'jpg')}`

/** The name without what it ends with. @param {string} name */
export const described = name => name.replace(/\.\w{2,4}$/, '')

/** Not by fetch, which tells nothing of how far it is. @param {string} url @param {Record<string, string>} headers @param {File} file @param {(part: number) => void} onprogress */
const put = (url, headers, file, onprogress) => /** @type {Promise<void>} */ (new Promise((resolve, reject) => {
  const request = new XMLHttpRequest()
  request.open('PUT', url)
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
  request.upload.onprogress = ({ loaded, total }) => onprogress(loaded / total)
  request.onload = () => request.status === 200 ? resolve() : reject(new ApiFailure(request.status === 403 ? 'address_not_valid' : 'files_unavailable', ''))
  request.onerror = () => reject(new ApiFailure('offline', ''))
  request.send(file)
}))

/** @typedef {{ url: string, expiresOn: number, fileName: string, width: number, height: number }} Address */
/** @type {Map<string, Address>} */
const addresses = new Map()

/** @param {string} id @returns {Promise<Address>} */
async function address(id) {
  const known = addresses.get(id)
  // With some seconds left to load it.
  if (known && known.expiresOn - Date.now() / 1000 > 10) return known
  const read = await callOne('/attachment/getUrl', { id })
  addresses.set(id, read)
  return read
}

/** A picture in a message, loaded when it comes into sight; pressed, it is shown large. @param {string} id @param {AbortSignal} signal @returns {HTMLElement} */
export function picture(id, signal) {
  const place = h('span', { class: 'picture' }, h('span', { class: 'muted' }, t('messages.picture')))
  const show = async (again = false) => {
    try {
      const { url, fileName, width, height } = await address(id)
      const image = h('img', { alt: t('messages.pictureOf', { what: described(fileName) }), width, height })
      image.onerror = () => {
        addresses.delete(id)
        if (again) fill(place, t('messages.pictureGone'))
        else show(true)
      }
      image.src = url
      fill(place, h('button', { type: 'button', onclick: () => enlarge(id) }, image))
    } catch {
      if (!signal.aborted) fill(place, h('span', { class: 'muted' }, t('messages.pictureGone')))
    }
  }
  const sight = new IntersectionObserver(seen => {
    if (!seen.some(entry => entry.isIntersecting)) return
    sight.disconnect()
    show()
  }, { rootMargin: '300px' })
  sight.observe(place)
  signal.addEventListener('abort', () => sight.disconnect())
  return place
}

/** @param {string} id */
async function enlarge(id) {
  const { url, fileName, width, height } = await address(id)
  await dialog(described(fileName), h('p', { class: 'large' }, h('img', { src: url, alt: described(fileName), width, height })),
    close => button({ label: t('common.close'), onclick: () => close() }))
}
