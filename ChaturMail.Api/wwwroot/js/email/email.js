// What an email of the API is, and how it leaves the app: as a link to the mail program, and as a draft file.

/**
 * @typedef {object} DiffPart
 * @property {'equal' | 'insert' | 'delete'} op
 * @property {string} text
 */

/**
 * An email, as docs/api.md has it. What may be absent is absent where there is nothing to say.
 * @typedef {object} Email
 * @property {string} id
 * @property {string} [_id]
 * @property {string} [userId]
 * @property {string} promptId
 * @property {string} subject
 * @property {string} keywords
 * @property {string} generatedEmail The text as it stands: the user's edit where there is one.
 * @property {string} toEmailId
 * @property {number} tokens What it cost, in coins.
 * @property {number} createdOn Unix seconds.
 * @property {string} [model]
 * @property {number} [version]
 * @property {string} [parentId]
 * @property {number} [editedOn] Unix seconds of the user's last edit.
 * @property {string} [note]
 * @property {{ inputTokens: number, outputTokens: number, estimated?: boolean }} [usage]
 * @property {Record<string, any>} [options] What was asked for beside the required fields.
 * @property {string} [originalEmail] The model's text of an edited email; from getEmailVersions alone.
 * @property {DiffPart[]} [diff] What turned the version before it into this one; from getEmailVersions alone.
 */

/** Links beyond this many characters are cut or refused by some systems and mail programs: Windows hands over 2,048 at most. */
const LONGEST_LINK = 2000

/**
 * The address of a mail program's window with the email in it (RFC 6068), or with recipient and subject alone where the whole would be too long.
 * @param {Pick<Email, 'toEmailId' | 'subject' | 'generatedEmail'>} email
 * @param {number} [longest] Characters.
 * @returns {{ href: string, complete: boolean }} `complete` is false where the text is to be handed over in another way.
 */
export function mailto(email, longest = LONGEST_LINK) {
  const to = recipients(email.toEmailId).map(encodeAddress).join(',')
  const link = (/** @type {string} */ body) => `mailto:${to}${fields({ subject: oneLine(email.subject), body })}`
  const href = link(lines(email.generatedEmail))
  return href.length <= longest ? { href, complete: true } : { href: link(''), complete: false }
}

/**
 * The addresses in a text such as `Maria Lopez <maria@example.com>, "o, no"@example.org`: what stands between commas or semicolons, without names (RFC 5322,
 * section 3.4; mail programs know the semicolon too). What holds no @ is no address and left out.
 * @param {string} text
 * @returns {string[]}
 */
export function recipients(text) {
  /** @type {string[]} */
  const parts = ['']
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '\\' && quoted) parts[parts.length - 1] += c + (text[++i] ?? '')
    else if ((c === ',' || c === ';') && !quoted) parts.push('')
    else {
      if (c === '"') quoted = !quoted
      parts[parts.length - 1] += c
    }
  }
  return parts.map(part => (/<([^<>]*)>\s*$/.exec(part)?.[1] ?? part).trim()).filter(address => address.lastIndexOf('@') > 0)
}

/** @param {string} address */
function encodeAddress(address) {
  const at = address.lastIndexOf('@')
  return `${encode(address.slice(0, at))}@${encode(address.slice(at + 1))}`
}

/** @param {Record<string, string>} values Those that are empty are left out. */
function fields(values) {
  const given = Object.entries(values).filter(([, value]) => value)
  return given.length ? `?${given.map(([name, value]) => `${name}=${encode(value)}`).join('&')}` : ''
}

/** Percent-encoded UTF-8, a blank as %20: a + is a plus in these links (RFC 6068, section 5). Half a surrogate pair, which has no UTF-8, becomes U+FFFD. @param {string} text */
const encode = text => encodeURIComponent(wellFormed(text))

/** @param {string} text */
const wellFormed = text => text.toWellFormed?.() ?? text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD')

/** Lines end with CR LF in mail. @param {string} text */
const lines = text => text.replace(/\r\n?|\n/g, '\r\n')

/** A header field is one line, whatever somebody typed: nothing can add another field. @param {string} text */
const oneLine = text => text.replace(/[\u0000-\u001F\u007F\u2028\u2029]+/g, ' ').trim()

/**
 * The email as a draft that mail programs open for editing: a message (RFC 5322) in UTF-8, its text in base64 (RFC 2045), its subject
 * in encoded words (RFC 2047) where it is not ASCII.
 * `X-Unsent` is what makes Outlook open it as one that was not sent yet. ASCII alone, but for recipients who are not.
 * @param {Pick<Email, 'toEmailId' | 'subject' | 'generatedEmail'>} email
 * @param {{ from?: string, on: Date }} by From whom and when.
 * @returns {string}
 */
export function draftFile(email, { from, on }) {
  const to = recipients(email.toEmailId).map(oneLine)
  return [
    ...(from ? [`From: ${oneLine(from)}`] : []),
    // A line has 998 characters at most (section 2.1.1), so each recipient stands on one.
    ...(to.length ? [`To: ${to.join(',\r\n ')}`] : []),
    `Subject: ${encodedWords(oneLine(email.subject))}`,
    `Date: ${on.toUTCString().replace('GMT', '+0000')}`,
    'X-Unsent: 1',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    base64(lines(email.generatedEmail)).replace(/.{76}(?=.)/g, '$&\r\n'),
    '',
  ].join('\r\n')
}

/** A name for the file, which every system takes. @param {Pick<Email, 'subject'>} email */
export function draftName({ subject }) {
  const name = wellFormed(subject).replace(/[\\/:*?"<>|\u0000-\u001F\u007F\s]+/g, ' ').replace(/^[. ]+/, '').slice(0, 80).replace(/[. ]+$/, '')
  return `${name || 'email'}.eml`
}

// A line with encoded words has 76 characters at most, 12 of which are a word's frame, and a word holds whole characters: 45 bytes are 60 of base64, and
// beside "Subject: " stand 39.
const MOST_BYTES = 45, MOST_IN_FIRST = 39

/** @param {string} text */
function encodedWords(text) {
  // ASCII that could not be taken for an encoded word stays; a longer line than mail allows does not.
  if (/^[\x20-\x7E]*$/.test(text) && !text.includes('=?') && text.length < 900) return text
  /** @type {string[]} */
  const words = ['']
  for (const character of text) {
    const last = words.length - 1
    if (bytes(words[last] + character).length > (last ? MOST_BYTES : MOST_IN_FIRST)) words.push(character)
    else words[last] += character
  }
  return words.map(word => `=?UTF-8?B?${base64(word)}?=`).join('\r\n ')
}

/** @param {string} text */
const bytes = text => new TextEncoder().encode(text)

/** @param {string} text */
const base64 = text => btoa(Array.from(bytes(text), byte => String.fromCharCode(byte)).join(''))
