// An email as the API gives it (docs/api.md).

/**
 * @typedef {object} Email
 * @property {string} id
 * @property {string} userId
 * @property {string} promptId
 * @property {string} subject
 * @property {string} keywords
 * @property {string} generatedEmail
 * @property {string} toEmailId
 * @property {number} tokens
 * @property {number} createdOn Unix seconds
 * @property {string} [model]
 * @property {number} [version]
 * @property {string} [parentId]
 * @property {number} [editedOn] Unix seconds
 * @property {string} [note]
 */

export {}
