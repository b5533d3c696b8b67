/** What tests and configs say of a node's columns: which are unique together, which hold no NULL. */
import type { Constraint } from '../../core/node/contract.ts'
import type { Node, TestNode, UniqueId } from '../../core/node.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { columnNames, viewSql } from './sql-view.ts'

/** Columns that are unique together, in lower case; at least one. */
export type Key = readonly string[]

export interface KnownKeys {
  readonly keys: ReadonlyMap<UniqueId, readonly Key[]>
  /** In lower case. */
  readonly notNull: ReadonlyMap<UniqueId, ReadonlySet<string>>
}

/** The tests that say that columns are unique together. */
const uniqueTests = new Set(['unique', 'unique_combination_of_columns'])

export function knownKeys({ nodes }: Manifest): KnownKeys {
  const keys = new Map<UniqueId, readonly Key[]>()
  const notNull = new Map<UniqueId, Set<string>>()
  for (const node of nodes.values()) {
    const own = declaredKeys(node)
    const held = notNullOf(node)
    if (held.length > 0) {
      notNull.set(node.uniqueId, new Set([...(notNull.get(node.uniqueId) ?? []), ...held]))
    }
    if (own.length > 0) keys.set(node.uniqueId, [...(keys.get(node.uniqueId) ?? []), ...own])
    if (node.resourceType !== 'test' || node.variant.kind !== 'generic') continue
    const { testName, attachedTo, where } = node.variant
    // A test of some rows says nothing of the others.
    if (where !== undefined) continue
    const columns = testedColumns(node)
    if (columns.length === 0) continue
    if (uniqueTests.has(testName)) keys.set(attachedTo, [...(keys.get(attachedTo) ?? []), columns])
    if (testName === 'not_null') {
      notNull.set(attachedTo, new Set([...(notNull.get(attachedTo) ?? []), ...columns]))
    }
  }
  return { keys, notNull }
}

function declaredKeys(node: Node): readonly Key[] {
  const arrival = 'arrival' in node && node.arrival !== undefined ? [[node.arrival.column]] : []
  const unique = node.resourceType === 'model' && node.uniqueKey.length > 0 ? [node.uniqueKey] : []
  const held = constraintsOf(node).flatMap((constraint) =>
    constraint.kind === 'primary_key' || constraint.kind === 'unique' ? [constraint.columns] : [],
  )
  return [...arrival, ...unique, ...held].map((key) => key.map((column) => column.toLowerCase()))
}

function notNullOf(node: Node): readonly string[] {
  const columns = constraintsOf(node).flatMap((constraint) => {
    if (constraint.kind === 'not_null') return [constraint.column]
    return constraint.kind === 'primary_key' ? constraint.columns : []
  })
  const written = 'code' in node && node.code.kind === 'typescript' ? node.code.columns : []
  // A row without such a value is refused when it is written.
  const refused = written.filter(({ isNullable }) => !isNullable).map(({ name }) => name)
  return [...columns, ...refused].map((column) => column.toLowerCase())
}

/** That the database holds: not those of a view. */
function constraintsOf(node: Node): readonly Constraint[] {
  if (node.resourceType !== 'model' || node.materialization.name === 'view') return []
  return node.contract?.constraints ?? []
}

/** Of an expression such as `day || '/' || arm` all columns in it. */
function testedColumns({ variant }: TestNode): readonly string[] {
  if (variant.kind !== 'generic') return []
  const { columnName } = variant
  const named = variant.arguments['column_name'] ?? variant.arguments['combination_of_columns']
  const texts = columnName ?? named ?? []
  return [texts].flat().flatMap((text) => {
    if (typeof text !== 'string') return []
    if (/^\w+$/.test(text)) return [text.toLowerCase()]
    const view = viewSql(text)
    return columnNames(view, { from: 0, to: view.tokens.length })
  })
}
