// The one place that Trusted Types let make elements or scripts of text: tutorials, which come as HTML from the API, and the service worker's address.

const ALLOWED = new Set(['P', 'H1', 'H2', 'H3', 'H4', 'UL', 'OL', 'LI', 'A', 'STRONG', 'EM', 'CODE', 'PRE', 'BLOCKQUOTE', 'BR', 'HR', 'TABLE', 'THEAD', 'TBODY', 'TR', 'TH', 'TD', 'DEL'])
const LINKS = /^(https?:|mailto:|#)/i

const rules = { createHTML: (/** @type {string} */ html) => html, createScriptURL: (/** @type {string} */ address) => address }
/** @type {{ createHTML(html: string): any, createScriptURL(address: string): any }} */
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy('chaturmail', rules) ?? rules

/** Registers the service worker, which keeps the app's files. */
export const registerWorker = () => navigator.serviceWorker.register(policy.createScriptURL('/sw.js'))

/**
 * What the HTML says, made of allowed elements without attributes but a link's address. It is parsed into a document of its own, in which nothing runs or is loaded.
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function writing(html) {
  const into = document.createDocumentFragment()
  copy(new DOMParser().parseFromString(policy.createHTML(html), 'text/html').body, into)
  return into
}

/** @param {Node} from @param {Node} into */
function copy(from, into) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) into.appendChild(document.createTextNode(node.textContent ?? ''))
    if (!(node instanceof Element)) continue
    if (!ALLOWED.has(node.tagName)) {
      if (!['SCRIPT', 'STYLE', 'TEMPLATE', 'IFRAME', 'OBJECT', 'SVG', 'MATH'].includes(node.tagName.toUpperCase())) copy(node, into)
      continue
    }
    const element = document.createElement(node.tagName)
    const address = node.tagName === 'A' ? node.getAttribute('href') : null
    if (address && LINKS.test(address)) {
      element.setAttribute('href', address)
      element.setAttribute('rel', 'noopener noreferrer')
    }
    copy(node, element)
    into.appendChild(element)
  }
}
