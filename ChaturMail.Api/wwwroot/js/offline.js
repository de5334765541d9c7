/** @param {{ limit?: number, before?: number, search?: string }} [_wanted] @returns {Promise<{ id: string }[]>} */
export const listEmails = async _wanted => []

/** @param {string} _id */
export const removeEmail = async _id => {}
