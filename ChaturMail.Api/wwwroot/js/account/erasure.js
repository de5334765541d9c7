// The end of the account.

import { h } from '../dom.js'
import { t } from '../texts.js'
import { ApiFailure, call } from '../api.js'
import { currentSession, doubt, forgetUser } from '../session.js'
import { button, dialog, field } from '../ui.js'
import { exportPiece } from './export.js'

// The token of an order whose answer was lost: a 401 to the next one says that it was done (docs/api.md, deleteUser).
let unanswered = ''

/** Says what goes, and deletes the account of whoever types its address. */
export async function askToDelete() {
  const address = currentSession()?.email ?? ''
  const left = new AbortController()
  const typed = field({ label: t('account.delete.type', { address }), control: h('input', { type: 'email', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' }) })
  await dialog(t('account.delete.ask'), [
    h('p', null, t('account.delete.goes')),
    h('ul', null, ['emails', 'templates', 'coins', 'rest'].map(what => h('li', null, t(`account.delete.goes.${what}`)))),
    h('p', null, h('strong', null, t('account.delete.forever'))),
    exportPiece(left.signal),
    typed,
  ], close => [
    button({ label: t('common.cancel'), onclick: () => close() }),
    button({ label: t('account.delete.yes'), kind: 'danger', onclick: () => {
      if (typed.control.value.trim().toLowerCase() === address.toLowerCase()) return erase()
      typed.fail(t('account.delete.wrong'))
      typed.control.focus()
    } }),
  ])
  left.abort()
}

// texts: account.delete.goes.*

/** @returns {Promise<void>} */
async function erase() {
  const token = currentSession()?.token ?? ''
  try {
    await call('/user/deleteUser')
  } catch (error) {
    const done = unanswered === token && error instanceof ApiFailure && error.code === 'not_authenticated'
    if (error instanceof ApiFailure && ['offline', 'timeout', 'request_timeout'].includes(error.code)) doubt(unanswered = token)
    if (!done) throw error
  }
  history.replaceState(null, '', '#/goodbye')
  await forgetUser()
  // A load of its own: nothing of the account stays in memory either.
  location.reload()
}
