// The operators' banner, a picture on top of the Write page.

import { h } from '../dom.js'
import { callOne } from '../api.js'

/** What the server gave, once for a load of the app. @type {Promise<string> | undefined} */
let picture

/**
 * The banner, or null where there is none or it cannot be had. It is of no meaning of its own: what operators have to say stands in texts.
 * @returns {Promise<HTMLImageElement | null>}
 */
export async function bannerImage() {
  try {
    const data = await (picture ??= callOne('/misc/getBannerImage').then(answer => answer?.imageData ?? 'NULL'))
    return data === 'NULL' ? null : h('img', { alt: '', src: `data:image/png;base64,${data}` })
  } catch {
    picture = undefined
    return null
  }
}
