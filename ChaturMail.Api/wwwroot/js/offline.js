// Stands in for what the device keeps of the history until that area's own file is here: it keeps nothing.

/** @typedef {import('./email/email.js').Email} Email */

/** @param {Email[]} emails */
export async function saveEmails(emails) { void emails }
/** @param {{ limit?: number, before?: number, search?: string }} [what] @returns {Promise<Email[]>} */
export async function listEmails(what) { void what; return [] }
/** @param {string} id @returns {Promise<Email | undefined | null>} */
export async function findEmail(id) { void id; return undefined }
/** @param {string} id */
export async function removeEmail(id) { void id }
