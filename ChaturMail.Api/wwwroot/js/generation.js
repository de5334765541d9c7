// Stands in for the writing of emails until that area's own file is here.

import { stream } from './api.js'
import { saveEmails } from './offline.js'

/**
 * @param {Record<string, any>} request
 * @param {{ signal?: AbortSignal, onaccepted?: (id: string) => void, ontext?: (text: string) => void, onstate?: (state: any) => void }} [options]
 * @returns {Promise<{ emails: import('./email/email.js').Email[], message: string }>}
 */
export async function generate(request, { signal, onaccepted, ontext } = {}) {
  let text = ''
  for await (const { event, data } of stream('/email/streamEmail', request, { signal, idempotencyKey: crypto.randomUUID() })) {
    if (event === 'accepted') onaccepted?.(data.id)
    if (event === 'delta') ontext?.(text += data.text)
    if (event === 'restart') ontext?.(text = '')
    if (event === 'email') {
      await saveEmails(data.payload)
      return { emails: data.payload, message: data.message }
    }
  }
  throw new Error('No email')
}

/** @returns {{ request: Record<string, any>, follow: (options: object) => ReturnType<typeof generate> }[]} */
export const resumed = () => []
