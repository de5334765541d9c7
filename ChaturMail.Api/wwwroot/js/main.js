import { loadTexts } from './texts.js'
import { follow } from './router.js'
import { registerWorker } from './html.js'
import { frame, prolong, readAccount } from './shell.js'
import { takeReturn } from './signin/return.js'

takeReturn()
await loadTexts('shell')
frame()
await follow()
readAccount().catch(() => {})
prolong().catch(() => {})
if ('serviceWorker' in navigator) registerWorker().catch(error => console.warn(error))
