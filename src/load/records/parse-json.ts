/** The text of a JSON record to its fields; digits that JavaScript would change stay as they were written. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import type { DeadReason } from './dead-record.ts'

export interface ParsedRecord {
  readonly fields: JsonObject
  /** The text of a field's value as it was written; undefined where JavaScript loses nothing of the record. */
  readonly written: ReadonlyMap<string, string> | undefined
}

export type Parsed =
  | { readonly ok: true; readonly record: ParsedRecord }
  | { readonly ok: false; readonly reason: DeadReason }

/** Numbers of up to 15 digits are the same as doubles. */
const longNumber = /\d(?:[\d.]{15}|[eE])/

export function parseRecord(text: string): Parsed {
  let value: Json
  try {
    value = JSON.parse(text)
  } catch {
    return {
      ok: false,
      reason: { code: 'invalid-json', message: `expected a JSON object, found ${shortened(text)}` },
    }
  }
  if (!isJsonObject(value)) {
    return {
      ok: false,
      reason: {
        code: 'not-an-object',
        message: `expected an object with fields, found ${shortened(text)}`,
      },
    }
  }
  const written = longNumber.test(text) ? writtenValues(text) : undefined
  return { ok: true, record: { fields: value, written } }
}

const shownCharacters = 60

function shortened(text: string): string {
  const line = text.trim()
  return line.length <= shownCharacters
    ? JSON.stringify(line)
    : `${JSON.stringify(line.slice(0, shownCharacters))}...`
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/gs

/** The items of a list that is known to be valid JSON, each as it was written. */
export function writtenItems(text: string): readonly string[] {
  const items: string[] = []
  let depth = 0
  let start = 0
  for (const match of text.matchAll(token)) {
    const [part] = match
    if (part === '{' || part === '[') depth += 1
    if (part === '}' || part === ']') depth -= 1
    if (depth === 1 && start === 0) start = match.index + 1
    if (depth > 1 || (depth === 1 && part !== ',')) continue
    items.push(text.slice(start, match.index).trim())
    start = match.index + 1
  }
  return items
}

/** Of an object that is known to be valid JSON; the last of two fields of one name counts, as in JSON.parse. */
function writtenValues(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  let depth = 0
  let key: string | undefined
  let start = -1
  for (const match of text.matchAll(token)) {
    const [part] = match
    if (depth === 1 && key === undefined && part.startsWith('"')) {
      key = part
      continue
    }
    const isOpening = part === '{' || part === '['
    const isClosing = part === '}' || part === ']'
    if (depth === 1 && key !== undefined && start < 0 && part !== ':') start = match.index
    if (isOpening) depth += 1
    if (isClosing) depth -= 1
    const isEnd = (depth === 1 && part === ',') || (depth === 0 && part === '}')
    if (!isEnd || key === undefined) continue
    const name: Json = JSON.parse(key)
    if (typeof name === 'string') values.set(name, text.slice(start, match.index).trimEnd())
    key = undefined
    start = -1
  }
  return values
}
