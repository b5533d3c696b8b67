/** What stands in SQL for a node that is read: its relation, what takes its place, or the rows that a cursor has not consumed. */
import type { Dialect } from '../../../core/dialect.ts'
import type { Node, UniqueId } from '../../../core/node.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import { referencedId } from '../../../project/parse/manifest.ts'
import type { CursorCall, Reference, RelationValue } from '../../../project/template/template.ts'
import { cursorQuery } from '../cursor-query.ts'
import type { CompileContext, CursorScope } from './compile-context.ts'

export type Readable = Extract<Node, { readonly relation: Relation }>

/** A node's relation, or its CTE. */
export type Place = (node: Readable, isWhole?: boolean) => RelationValue

export function referencedNode(
  { manifest }: CompileContext,
  reference: Reference,
  reader: Node,
): Readable {
  return readableNode({ manifest }, referencedId(manifest, reference, reader.packageName))
}

export function readableNode(
  { manifest }: Pick<CompileContext, 'manifest'>,
  id: UniqueId | undefined,
): Readable {
  const node = id === undefined ? undefined : manifest.nodes.get(id)
  if (node !== undefined && 'relation' in node) return node
  throw new Error(`parse let a reference to nothing pass: ${id ?? ''}`)
}

/** The node's own, or what stands in for it. */
export function standingRelation(context: CompileContext, node: Readable): RelationValue {
  const standIn = context.standIns.get(node.uniqueId)
  if (standIn !== undefined) return relationValue(context, standIn)
  return { ...relationValue(context, node.relation), text: readableText(context.dialect, node) }
}

/** What stands after `from`: its name, or what reads it from files. */
export function readableText(dialect: Dialect, node: Readable): string {
  const files = node.resourceType === 'source' ? node.externalLocation : undefined
  return files ?? dialect.relation(node.relation)
}

export function relationValue({ dialect }: CompileContext, relation: Relation): RelationValue {
  return { kind: 'relation', text: dialect.relation(relation), relation }
}

export function cursorText(
  { dialect }: CompileContext,
  call: CursorCall,
  { scope, from }: { readonly scope: CursorScope | undefined; readonly from: string },
): string {
  const key = call.kind === 'touched_keys' ? typedColumns(scope, call.key) : undefined
  return cursorQuery({ dialect, from, interval: scope?.interval, key })
}

/** In the upstream's types; text where it does not exist yet. */
export function typedColumns(
  scope: CursorScope | undefined,
  names: readonly string[],
): readonly Column[] {
  return names.map(
    (name) => scope?.columns.find((column) => column.name === name) ?? { name, dataType: 'text' },
  )
}
