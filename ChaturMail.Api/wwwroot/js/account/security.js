/** Sessions, second factor, password, as sections of the profile. @param {AbortSignal} _signal @returns {Node[]} */
export function securitySections(_signal) {
  return []
}
