/** The name and unique id of a generic test, made as dbt makes them (`dbt-behaviour.md` H5). */
import { hash } from 'node:crypto'
import { isJsonObject, type Json } from '../../../core/json.ts'
import type { UniqueId } from '../../../core/node.ts'

/**
 * `<test>_<node>_<column>__<arguments>`, sorted by argument name; from 64 characters on, the first 30 of test and
 * node and the MD5 of the whole.
 */
export function genericTestName(
  testName: string,
  nodeName: string,
  args: Readonly<Record<string, Json>>,
): string {
  const parts = Object.keys(args)
    .sort()
    .flatMap((key) => argumentParts(args[key] ?? null))
    .map((part) => part.replaceAll(/[^0-9a-zA-Z_]+/g, '_'))
  const identifier = `${testName}_${nodeName}`
  const full = `${identifier}_${parts.join('__')}`
  if (full.length < 64) return full
  return `${identifier.slice(0, 30)}_${hash('md5', full)}`
}

export function genericTestId(packageName: string, name: string, definition: Json): UniqueId {
  const digest = hash('sha256', JSON.stringify(definition)).slice(0, 10)
  return `test.${packageName}.${name}.${digest}`
}

function argumentParts(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.map(plainText)
  if (isJsonObject(value)) return Object.values(value).map(plainText)
  return [plainText(value)]
}

/** As Python writes it, since that is what dbt puts into the name. */
function plainText(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
