// What can be written: the templates, the user's own prompts and the models. Kept on the device, so that a form can be filled in without a connection.

import { call } from '../api.js'
import { keep, kept } from '../session.js'
import { t, translated } from '../texts.js'

/**
 * @typedef {{ id: string, title: string, slug: string, maxTokens: number, shortDescription: string, iconUrl: string, description: string, withdrawn?: boolean,
 *   placeholders?: string[], party?: { id: string, name: string } }} Prompt With `party`: another member's, who shares it there.
 */
/**
 * @typedef {{ prompts: Prompt[], own: Record<string, string[]>, models: { name: string, model: string }[] }} Templates `own` holds the placeholders of each prompt that
 * the user or another member of a party wrote.
 */

/** What this device keeps of them; null for nothing. @returns {Templates | null} */
export const keptTemplates = () => kept('templates', null)

/** Reads them from the server, and keeps them. @param {AbortSignal} signal @returns {Promise<Templates>} */
export async function readTemplates(signal) {
  const [prompts, own, models] = await Promise.all([
    call('/prompt/getAllPrompts', {}, { signal }), call('/prompt/getMyPrompts', {}, { signal }), call('/misc/getModels', {}, { signal })])
  const shared = (/** @type {Prompt[]} */ (prompts.payload ?? [])).filter(prompt => prompt.party && !prompt.withdrawn)
  const placeholders = Object.fromEntries([...own.payload ?? [], ...shared].map(prompt => [prompt.id, prompt.placeholders ?? []]))
  // Of the user's own those that are deleted stay in the list of all, for the emails that name them.
  const offered = (/** @type {Prompt[]} */ (prompts.payload ?? [])).filter(prompt => isOwn(prompt) ? prompt.id in placeholders : !prompt.withdrawn)
  const templates = {
    prompts: [...offered.filter(isOwn), ...offered.filter(prompt => !isOwn(prompt))],
    own: placeholders,
    models: (models.payload ?? []).map(({ name, model }) => ({ name, model })),
  }
  keep('templates', templates)
  return templates
}

/** @param {Prompt} prompt */
export const isOwn = prompt => prompt.slug === 'own'

/** @param {Prompt} prompt */
export const titleOf = prompt => isOwn(prompt) ? prompt.title : translated(prompt.title)

/** @param {Prompt} prompt */
export const descriptionOf = prompt => prompt.party ? t('write.shared', { party: prompt.party.name }) : isOwn(prompt) ? t('write.own') : translated(prompt.shortDescription)

/** The address of its icon here, by whatever name the server is known to itself. @param {Prompt} prompt */
export function iconOf(prompt) {
  try {
    return new URL(prompt.iconUrl, location.origin).pathname
  } catch {
    return '/icons/own.svg'
  }
}

/** Those that a search finds: every word of it is in the title or the description, in the user's language or in English. @param {Prompt[]} prompts @param {string} search */
export function found(prompts, search) {
  const words = plain(search).split(/\s+/).filter(Boolean)
  return prompts.filter(prompt => {
    const text = plain([titleOf(prompt), descriptionOf(prompt), prompt.title, prompt.shortDescription, prompt.description].join(' '))
    return words.every(word => text.includes(word))
  })
}

// "naive" finds "naïve". Signs that belong to a letter in other scripts, e.g. Devanagari's vowels, stay.
/** @param {string} text */
const plain = text => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLocaleLowerCase()
