// People as others see them.

import { h } from './dom.js'
import { t } from './texts.js'

/** @typedef {{ userId: string, name: string, picture?: string }} Person */

/** @param {Person | undefined} person */
export const personName = person => person?.name || t('messages.nobody')

/** The first letters of a name, beside the name itself. @param {Person | undefined} person @returns {HTMLElement} */
export const avatar = person => h('span', { class: 'avatar', 'aria-hidden': 'true' },
  (person?.name ?? '').split(/\s+/).filter(Boolean).slice(0, 2).map(word => [...word][0]).join('').toUpperCase() || '?')
