import { h } from '../dom.js'

/**
 * Stand-in for the email's card.
 * @param {import('./email.js').Email} email
 * @param {{ onchange?: (email: any) => void, ondelete?: () => void, versions?: boolean, heading?: number }} [options]
 * @returns {HTMLElement}
 */
export const emailCard = (email, options) => h('article', { class: 'card', 'aria-label': email.subject, data: { told: String(!!options) } },
  h('h3', null, email.subject), h('p', { class: 'preview' }, email.generatedEmail))
