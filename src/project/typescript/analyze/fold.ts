/** What an expression is worth that needs no running: literals, lists, objects, and names of the top level given such. */
import type { AnyNode, ObjectExpression } from 'acorn'
import type { Json } from '../../../core/json.ts'
import { resolved, type Syntax } from './syntax.ts'

/** JSON with the place of each part. */
export type Folded =
  | {
      readonly kind: 'scalar'
      readonly value: string | number | boolean | null
      readonly node: AnyNode
    }
  | { readonly kind: 'list'; readonly items: readonly Folded[]; readonly node: AnyNode }
  | {
      readonly kind: 'object'
      readonly entries: ReadonlyMap<string, FoldedEntry>
      readonly node: AnyNode
    }
  /** Only running it would tell. */
  | { readonly kind: 'unknown'; readonly node: AnyNode }

export interface FoldedEntry {
  readonly value: Folded
  /** The key. */
  readonly node: AnyNode
}

export function fold(syntax: Syntax, node: AnyNode): Folded {
  const meant = resolved(syntax, node)
  // A name is shown where it is used, not where it is made.
  const shown = node
  switch (meant.type) {
    case 'Literal': {
      const { value } = meant
      return isJsonScalar(value)
        ? { kind: 'scalar', value, node: shown }
        : { kind: 'unknown', node: shown }
    }
    case 'TemplateLiteral': {
      const text = templateText(syntax, meant)
      return text === undefined
        ? { kind: 'unknown', node: shown }
        : { kind: 'scalar', value: text, node: shown }
    }
    case 'UnaryExpression':
      return folded(syntax, meant, shown)
    case 'ArrayExpression':
      return {
        kind: 'list',
        node: shown,
        items: meant.elements.map((element) =>
          element === null || element.type === 'SpreadElement'
            ? { kind: 'unknown', node: element ?? shown }
            : fold(syntax, element),
        ),
      }
    case 'ObjectExpression':
      return foldObject(syntax, meant, shown)
    default:
      return { kind: 'unknown', node: shown }
  }
}

function isJsonScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function templateText(
  syntax: Syntax,
  node: Extract<AnyNode, { readonly type: 'TemplateLiteral' }>,
): string | undefined {
  let text = ''
  for (const [index, part] of node.quasis.entries()) {
    text += part.value.cooked ?? ''
    const expression = node.expressions[index]
    if (expression === undefined) continue
    const value = fold(syntax, expression)
    if (value.kind !== 'scalar') return undefined
    text += String(value.value)
  }
  return text
}

function folded(
  syntax: Syntax,
  { operator, argument }: Extract<AnyNode, { readonly type: 'UnaryExpression' }>,
  node: AnyNode,
): Folded {
  const value = fold(syntax, argument)
  if (value.kind !== 'scalar') return { kind: 'unknown', node }
  if (operator === '-' && typeof value.value === 'number') {
    return { kind: 'scalar', value: -value.value, node }
  }
  return operator === '!'
    ? { kind: 'scalar', value: !value.value, node }
    : { kind: 'unknown', node }
}

function foldObject(syntax: Syntax, object: ObjectExpression, node: AnyNode): Folded {
  const entries = new Map<string, FoldedEntry>()
  for (const property of object.properties) {
    if (property.type === 'SpreadElement') {
      const spread = fold(syntax, property.argument)
      if (spread.kind !== 'object') return { kind: 'unknown', node: property }
      for (const [key, entry] of spread.entries) entries.set(key, entry)
      continue
    }
    const key = keyOf(property)
    if (key === undefined) return { kind: 'unknown', node: property }
    entries.set(key, { value: fold(syntax, property.value), node: property.key })
  }
  return { kind: 'object', entries, node }
}

function keyOf({
  key,
  computed,
  kind,
}: Extract<AnyNode, { readonly type: 'Property' }>): string | undefined {
  if (computed || kind !== 'init') return undefined
  if (key.type === 'Identifier') return key.name
  return key.type === 'Literal' ? String(key.value) : undefined
}

/** undefined: something in it is not known. */
export function jsonOf(value: Folded): Json | undefined {
  switch (value.kind) {
    case 'scalar':
      return value.value
    case 'list': {
      const items = value.items.map(jsonOf)
      return items.every((item) => item !== undefined) ? items : undefined
    }
    case 'object': {
      const entries: [string, Json][] = []
      for (const [key, entry] of value.entries) {
        const json = jsonOf(entry.value)
        if (json === undefined) return undefined
        entries.push([key, json])
      }
      return Object.fromEntries(entries)
    }
    case 'unknown':
      return undefined
  }
}

/** The first part that is not known. */
export function unknownPart(value: Folded): AnyNode | undefined {
  switch (value.kind) {
    case 'scalar':
      return undefined
    case 'list':
      return value.items.map(unknownPart).find((node) => node !== undefined)
    case 'object':
      return [...value.entries.values()]
        .map((entry) => unknownPart(entry.value))
        .find((node) => node !== undefined)
    case 'unknown':
      return value.node
  }
}
