import { h } from '../dom.js'
import { emailCard } from './card.js'

/** Stand-in. @param {import('./email.js').Email[]} emails @returns {HTMLElement} */
export const variantCards = emails => h('div', { class: 'columns' }, emails.map(email => emailCard(email)))
