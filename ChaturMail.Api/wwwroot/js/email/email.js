// An email as the API gives it (docs/api.md).

/**
 * @typedef {object} Email
 * @property {string} id
 * @property {string} promptId
 * @property {string} subject
 * @property {string} keywords
 * @property {string} generatedEmail
 * @property {string} toEmailId
 * @property {number} tokens
 * @property {number} createdOn
 * @property {number} [version]
 * @property {string} [parentId]
 * @property {number} [editedOn]
 * @property {string} [note]
 * @property {string} [model]
 * @property {any} [options]
 */

export {}
