/** The text of one scalar to its value, by the rules of YAML 1.2 (core schema). */
import { parseJson } from '../../../core/json.ts'
import type { Scalar } from './placed-value.ts'

const integer = /^[-+]?\d+$/
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
const octal = /^0o[0-7]+$/
const hexadecimal = /^0x[\da-fA-F]+$/

/** A scalar without quotes. `.inf` and `.nan` stay text: JSON has no such numbers. */
export function readPlainScalar(text: string): Scalar {
  switch (text) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null
    case 'true':
    case 'True':
    case 'TRUE':
      return true
    case 'false':
    case 'False':
    case 'FALSE':
      return false
  }
  const first = text.charCodeAt(0)
  // Only a digit, a sign or a point can begin a number: most texts are told apart by their first character.
  const isNumeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46
  if (!isNumeric) return text
  if (integer.test(text) || float.test(text)) return finite(Number(text), text)
  if (octal.test(text) || hexadecimal.test(text)) return finite(Number(text), text)
  return text
}

function finite(value: number, text: string): Scalar {
  return Number.isFinite(value) ? value : text
}

/** What a template gave: a scalar with or without quotes, never a map or a list. Text that is not a scalar stays as it is. */
export function readRenderedScalar(text: string): Scalar {
  const trimmed = text.trim()
  if (/^'(?:[^']|'')*'$/.test(trimmed)) return trimmed.slice(1, -1).replaceAll("''", "'")
  if (/^"(?:[^"\\]|\\.)*"$/.test(trimmed)) return readQuoted(trimmed)
  const value = readPlainScalar(trimmed)
  return typeof value === 'string' ? text : value
}

function readQuoted(text: string): string {
  const value = parseJson(text)
  return typeof value === 'string' ? value : text
}
