/** JSON to a text and a hash that the order of its keys does not change. */
import { createHash } from 'node:crypto'
import { isJsonArray, isJsonObject, type Json } from '../../../core/json.ts'

export function stableText(value: Json): string {
  if (isJsonArray(value)) return `[${value.map(stableText).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${stableText(value[key] ?? null)}`)
  return `{${entries.join(',')}}`
}

/** 32 hexadecimal digits of SHA-256. */
export function stableHash(value: Json): string {
  return createHash('sha256').update(stableText(value)).digest('hex').slice(0, 32)
}
