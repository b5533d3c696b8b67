/** What entries of a properties file have in common: a name with its place, a description, meta. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import type { ModelProperties } from './property-file.ts'
import { type PlacedValue, textOf, toJson, valueOf } from '../yaml/placed-value.ts'

/** The span is that of the name: what a message about the entry points at. */
export function readNamed(
  node: PlacedValue,
): Pick<ModelProperties, 'name' | 'span' | 'description'> {
  return {
    name: textOf(node, 'name') ?? '',
    span: valueOf(node, 'name')?.span ?? node.span,
    description: textOf(node, 'description') ?? '',
  }
}

export function metaOf(owner: PlacedValue | undefined): JsonObject {
  return mapOf(owner, 'meta')
}

export function mapOf(owner: PlacedValue | undefined, key: string): JsonObject {
  const value = valueOf(owner, key)
  const json = value === undefined ? undefined : toJson(value)
  return isJsonObject(json) ? json : {}
}
