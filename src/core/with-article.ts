/** A kind of node or materialization as it stands in a sentence: `a model`, `an exposure`, `a unit test`. */

export function withArticle(kind: string): string {
  // A u is read as in "unit".
  return `${/^[aeio]/i.test(kind) ? 'an' : 'a'} ${kind.replaceAll('_', ' ')}`
}
