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
  const unknown: Folded = { kind: 'unknown', node }
  if (meant.type === 'Literal') {
    const { value } = meant
    return isJsonScalar(value) ? { kind: 'scalar', value, node } : unknown
  }
  if (meant.type === 'TemplateLiteral') {
    const value = templateText(syntax, meant)
    return value === undefined ? unknown : { kind: 'scalar', value, node }
  }
  if (meant.type === 'UnaryExpression') return foldUnary(syntax, meant, node)
  if (meant.type === 'ObjectExpression') return foldObject(syntax, meant, node)
  if (meant.type !== 'ArrayExpression') return unknown
  const items = meant.elements.map((element): Folded => {
    if (element === null) return unknown
    return element.type === 'SpreadElement'
      ? { kind: 'unknown', node: element }
      : fold(syntax, element)
  })
  return { kind: 'list', items, node }
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

function foldUnary(
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
