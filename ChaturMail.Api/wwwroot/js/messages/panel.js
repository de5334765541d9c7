// The messages of one conversation, and where one writes.

import { h } from '../dom.js'

/** @param {string} conversationId @param {AbortSignal} signal @returns {HTMLElement} */
export const conversationPanel = (conversationId, signal) => h('div', { data: { conversation: conversationId }, hidden: signal.aborted })
