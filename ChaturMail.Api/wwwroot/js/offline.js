// Stand-in: keeps nothing.

/** @param {import('./email/email.js').Email[]} emails */
export async function saveEmails(emails) {
  return void emails
}
