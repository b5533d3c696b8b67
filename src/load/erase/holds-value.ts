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

/** The same one in upper and in lower case. */
export function isUuid(value: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)
}

/** JSON by its keys, at any depth, also inside texts; anything else by the value as a word of it. */
export function holdsValue(text: string, subject: Subject): boolean {
  // What is packed as base64 does not show it.
  if (!mayHold(text, subject) && !text.includes('"base64"')) return false
  const parsed = parse(text)
  return parsed === undefined ? isWord(text, subject) : isWithin(parsed, subject)
}

/** With a backslash it may be written otherwise: `jos\u00e9`. */
function mayHold(text: string, { value }: Subject): boolean {
  const isThere = isUuid(value)
    ? text.toLowerCase().includes(value.toLowerCase())
    : text.includes(value)
  return isThere || text.includes('\\')
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
  const parsed = parseJson(/\d{16}/.test(text) ? withLongNumbersAsText(text) : text)
  return isJsonObject(parsed) || isJsonArray(parsed) ? parsed : undefined
}

/** Numbers of JSON have 53 bits: those of more digits would be read as others. */
function withLongNumbersAsText(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (found) =>
    found.startsWith('"') ? found : `"${found}"`,
  )
}

function isWithin(json: Json, subject: Subject): boolean {
  if (typeof json === 'string') return isInText(json, subject)
  if (isJsonArray(json)) return json.some((item) => isWithin(item, subject))
  if (!isJsonObject(json)) return false
  const dead = deadLetterIn(json)
  if (dead !== undefined && originalHolds(dead, subject)) return true
  return Object.entries(json).some(([key, item]) => {
    const isNamed = subject.columns.has(key.toLowerCase())
    return isNamed && isScalar(item) ? isSame(String(item), subject) : isWithin(item, subject)
  })
}

function isSame(text: string, { value }: Subject): boolean {
  return text === value || (isUuid(value) && text.toLowerCase() === value.toLowerCase())
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
  if (!/[{[]/.test(text) || !mayHold(text, subject)) return false
  const parsed = parse(text)
  return parsed === undefined ? looksLike(text, subject) : isWithin(parsed, subject)
}

const letter = '[\\p{L}\\p{N}\\p{M}_]'
/** Within a word: `kim` is no word of `kim@example.org`, `anna` none of `anna-lena`, `7` none of `7.5`. */
const joint = "[-.@+']"
const noWordBefore = `(?<!${letter}|${letter}${joint})`
const noWordBehind = `(?!${letter}|${joint}${letter})`

/** `7.0` is 7. */
function wordOf({ value }: Subject): string {
  return isDigits(value) ? `${escaped(value)}(?:[.]0+)?` : escaped(value)
}

function isDigits(value: string): boolean {
  return /^\d+$/.test(value)
}

/** Of what is no JSON. A number behind the name of another field is a number of that field. */
function isWord(text: string, subject: Subject): boolean {
  if (looksLike(text, subject)) return true
  const ofAnother = isDigits(subject.value) ? `(?<!${letter}["']?\\s*[:=]\\s*["']?)` : ''
  const flags = isUuid(subject.value) ? 'iu' : 'u'
  const word = `${ofAnother}${noWordBefore}${wordOf(subject)}${noWordBehind}`
  return new RegExp(word, flags).test(text)
}

/** `"user_id": 7`, `user_id=7`, `user_id: '7'`. */
function looksLike(text: string, subject: Subject): boolean {
  return [...subject.columns].some((name) =>
    new RegExp(
      `${noWordBefore}${escaped(name)}[^\\p{L}\\p{N}\\p{M}_]{1,6}${wordOf(subject)}${noWordBehind}`,
      'iu',
    ).test(text),
  )
}

/** For a regular expression. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
