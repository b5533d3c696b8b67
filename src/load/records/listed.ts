/** Names to words of a message, the first of many. */

const shownNames = 10

export function listed(names: readonly string[]): string {
  const shown = names.slice(0, shownNames).map((name) => JSON.stringify(name))
  const more = names.length - shown.length
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`
}
