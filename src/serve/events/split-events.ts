/** The text of a body to the texts of its events, each on one line, digits as they were sent. */
import { isJsonArray, isJsonObject, type Json } from '../../core/json.ts'

/**
 * One event, a list of them, or `{"events": [..]}`. `body` is what `text` says. undefined: it is none of these.
 */
export function splitEvents(text: string, body: Json): readonly string[] | undefined {
  if (isJsonArray(body)) return itemsOf(text)
  if (!isJsonObject(body)) return undefined
  const names = Object.keys(body)
  if (names.length !== 1 || names[0] !== 'events' || !isJsonArray(body['events'])) {
    return [onOneLine(text)]
  }
  return itemsOf(text.slice(text.indexOf('[')))
}

/** A token that may hold brackets and commas, or one of them. */
const token = /"(?:[^"\\]|\\.)*"|[[\]{},]/g

/** `text` begins with a list, after blanks, and is JSON as far as the list goes. */
function itemsOf(text: string): readonly string[] {
  const items: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === '[' || found === '{') {
      depth += 1
      if (depth === 1) start = index + 1
      continue
    }
    const isEnd = found === ']' || found === '}'
    if (isEnd) depth -= 1
    if ((found === ',' && depth === 1) || (isEnd && depth === 0)) {
      const item = onOneLine(text.slice(start, index))
      if (item !== '') items.push(item)
      start = index + 1
    }
    if (isEnd && depth === 0) break
  }
  return items
}

/** Line ends stand between the tokens of JSON only. */
function onOneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').trim()
}
