// Languages that texts are translated to.

import { language } from '../texts.js'

/** Those that are often wanted. */
export const COMMON = ['hi', 'de', 'en', 'fr', 'es']
export const MORE = 'ar bg bn cs da el et fa fi gu he hr hu id it ja kn ko lt lv ml mr ms nb ne nl pa pl pt ro ru sk sl sr sv sw ta te th tr uk ur vi zh-Hans zh-Hant'.split(' ')

const languages = new Intl.DisplayNames([language], { type: 'language' })

/** A language's name in the user's. @param {string} tag BCP 47 */
export function languageName(tag) {
  try {
    return languages.of(tag) ?? tag
  } catch {
    return tag
  }
}
