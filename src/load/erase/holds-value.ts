/** Whether a text that came from outside (JSON, or what was to be JSON) speaks of one value in columns of these names. */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../core/json.ts'

export interface Subject {
  /** Names of columns, in lower case. */
  readonly columns: ReadonlySet<string>
  readonly value: string
}

/** JSON by its keys, at any depth, also inside texts; anything else by the value as a word of it. */
export function holdsValue(text: string, subject: Subject): boolean {
  // What is packed as base64 does not show it.
  if (!text.includes(subject.value) && !text.includes('"base64"')) return false
  const parsed = parse(text)
  return parsed === undefined ? isWord(text, subject) : isWithin(parsed, subject)
}

/** What a dead letter was, as it is kept. */
export function originalHolds(
  { original, encoding }: { readonly original: string; readonly encoding: string },
  subject: Subject,
): boolean {
  const isPacked = encoding === 'base64'
  return holdsValue(isPacked ? Buffer.from(original, 'base64').toString() : original, subject)
}

function parse(text: string): Json | undefined {
  const parsed = parseJson(text)
  return isJsonObject(parsed) || isJsonArray(parsed) ? parsed : undefined
}

function isWithin(json: Json, subject: Subject): boolean {
  if (typeof json === 'string') return isInText(json, subject)
  if (isJsonArray(json)) return json.some((item) => isWithin(item, subject))
  if (!isJsonObject(json)) return false
  const dead = deadLetterIn(json)
  if (dead !== undefined && originalHolds(dead, subject)) return true
  return Object.entries(json).some(([key, item]) => {
    const isNamed = subject.columns.has(key.toLowerCase())
    return isNamed && isScalar(item) ? String(item) === subject.value : isWithin(item, subject)
  })
}

function isScalar(json: Json): json is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof json)
}

/** Of a line of a dead letter file, or of a batch. */
function deadLetterIn(json: JsonObject) {
  const { original, original_encoding: encoding } = json
  const inBatch = original !== undefined && isJsonObject(original) ? original : {}
  const found = { original: inBatch['text'] ?? original, encoding: inBatch['encoding'] ?? encoding }
  return typeof found.original === 'string' && typeof found.encoding === 'string'
    ? { original: found.original, encoding: found.encoding }
    : undefined
}

/** A text of a record that is JSON: free text is nobody's field. */
function isInText(text: string, subject: Subject): boolean {
  if (!/[{[]/.test(text) || !text.includes(subject.value)) return false
  const parsed = parse(text)
  return parsed === undefined ? looksLike(text, subject) : isWithin(parsed, subject)
}

/** Of what is no JSON. A number behind the name of another field is a number of that field. */
function isWord(text: string, subject: Subject): boolean {
  if (looksLike(text, subject)) return true
  const value = escaped(subject.value)
  const word = /^\d+$/.test(subject.value)
    ? `(?<!\\w|\\d[.]|\\w["']?\\s*[:=]\\s*["']?)${value}(?!\\w|[.]\\d)`
    : `(?<!\\w)${value}(?!\\w)`
  return new RegExp(word).test(text)
}

/** `"user_id": 7`, `user_id=7`, `user_id: '7'`. */
function looksLike(text: string, { columns, value }: Subject): boolean {
  return [...columns].some((name) =>
    new RegExp(`${escaped(name)}\\W{1,6}${escaped(value)}(?!\\w)`, 'i').test(text),
  )
}

/** For a regular expression. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
