import { loadTexts } from './texts.js'
import { ahead, follow } from './router.js'
import { installable } from './install.js'
import { kept, owner } from './session.js'
import { keys } from './storage.js'
import { frame, prolong, readAccount } from './shell.js'
import { takeReturn } from './signin/return.js'

takeReturn()
installable()
ahead()
await loadTexts('shell')
frame()
await follow()
readAccount().catch(() => {})
prolong().catch(() => {})
// What was deleted before the page went away, and the server was not told of.
if (kept('deleting', []).length) import('./history/deleting.js').catch(() => {})
// What was edited and waits for the server.
if (keys(`chaturmail.${owner()}.draft.edit.`).length) loadTexts('email').then(() => import('./email/edit.js')).catch(() => {})
