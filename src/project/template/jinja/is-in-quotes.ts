/** Tells whether a place of SQL text is inside a quoted text, skipping comments and template tags before it. */
export function isInQuotes(text: string, offset: number): boolean {
  const pieces = /--[^\n]*|\/\*[\s\S]*?\*\/|\{\{[\s\S]*?\}\}|'(?:''|[^'])*(?:'|$)/g
  for (let match = pieces.exec(text); match !== null; match = pieces.exec(text)) {
    if (match.index >= offset) return false
    if (pieces.lastIndex > offset) return match[0].startsWith("'")
  }
  return false
}
