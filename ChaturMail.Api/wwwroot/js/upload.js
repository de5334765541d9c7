// Puts a picture on the server (docs/api.md, Attachments): announced, uploaded to the address that comes back, checked.

import { ApiFailure, call, callOne } from './api.js'

/** @typedef {{ id: string, fileName: string, contentType: string, bytes: number, width: number, height: number }} Picture */

/** The kinds of pictures that are taken, as a file input has them. */
export const PICTURES = 'image/png,image/jpeg,image/webp,image/gif'

const MOST_BYTES = 10_485_760, MOST_OF_AVATAR = 2_097_152, LONGEST_NAME = 100

/**
 * Uploads a picture.
 * @param {File} file
 * @param {'message' | 'email' | 'avatar'} purpose
 * @param {{ signal?: AbortSignal, onprogress?: (part: number) => void }} [options] `onprogress` is told which part is up, 0 to 1. Ended by `signal`, nothing of it stays.
 * @returns {Promise<Picture>} Its `id` is what routes take.
 * @throws {ApiFailure} With the API's codes, `unsupported_image` and `body_too_large` before anything is sent too.
 */
export async function upload(file, purpose, { signal, onprogress } = {}) {
  if (!PICTURES.split(',').includes(file.type)) throw new ApiFailure('unsupported_image', 'This kind of file is not taken.')
  if (file.size > (purpose === 'avatar' ? MOST_OF_AVATAR : MOST_BYTES)) throw new ApiFailure('body_too_large', 'The file is too large.')
  const fileName = file.name.replace(/[\\/:*?"<>|\p{C}]+/gu, ' ').trim().slice(-LONGEST_NAME).trim() || undefined
  const announced = await callOne('/attachment/createUpload', { fileName, contentType: file.type, bytes: file.size, purpose }, { signal })
  try {
    await put(announced, file, signal, onprogress)
    return await callOne('/attachment/finishUpload', { id: announced.id }, { signal })
  } catch (error) {
    discard(announced.id)
    throw error
  }
}

/** Takes away an upload that is used for nothing; where that fails the server does it after a while. @param {string} id */
export const discard = id => { call('/attachment/deleteUpload', { id }).catch(() => {}) }

/**
 * Only this way is a browser told how far it has come.
 * @param {{ uploadUrl: string, headers: Record<string, string> }} to @param {File} file @param {AbortSignal} [signal] @param {(part: number) => void} [onprogress]
 * @returns {Promise<void>}
 */
const put = (to, file, signal, onprogress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest()
  const failed = () => reject(signal?.aborted ? new DOMException('Ended.', 'AbortError') : new ApiFailure('upload_incomplete', 'The upload did not arrive.'))
  request.open('PUT', to.uploadUrl)
  for (const [name, value] of Object.entries(to.headers)) request.setRequestHeader(name, value)
  request.upload.onprogress = ({ loaded, total }) => onprogress?.(total ? loaded / total : 0)
  request.onload = () => request.status < 300 ? resolve() : failed()
  request.onerror = request.onabort = failed
  signal?.addEventListener('abort', () => request.abort())
  request.send(file)
  if (signal?.aborted) request.abort()
})
