/** What the reads of a generator stand for in SQL, by what they are called with. */
import type { Dialect } from '../../../core/dialect.ts'
import type { Relation } from '../../../core/relation.ts'
import type { ModelFacts } from '../../../project/typescript/module.ts'
import type { CursorCall, Reference, RenderState } from '../../../project/template/template.ts'
import { type CommonTable, withCommonTables } from '../compile/common-tables.ts'

export interface ReadTexts {
  /** By `referenceKey`. */
  readonly relations: ReadonlyMap<string, ReadText>
  /** Parenthesised queries, by `cursorKey`. */
  readonly cursors: ReadonlyMap<string, ReadText>
  /** The model's own table. */
  readonly own: ReadText
  /** CTEs that the texts may name. */
  readonly tables: readonly CommonTable[]
}

export interface ReadText {
  readonly text: string
  readonly relation: Relation
  /** All rows of one table: counting them is cheap. */
  readonly isTable: boolean
}

export function readTexts(
  { references, cursorReads }: Pick<ModelFacts, 'references' | 'cursorReads'>,
  state: Pick<RenderState, 'this' | 'resolve' | 'cursorQuery'>,
  tables: readonly CommonTable[],
): ReadTexts {
  if (state.this === undefined) throw new Error('a generator is of a model, which has a relation')
  const placed = (reference: Reference): ReadText => {
    const { text, relation } = state.resolve(reference)
    const isTable = !tables.some(({ name }) => text === `"${name.replaceAll('"', '""')}"`)
    return { text, relation, isTable }
  }
  const cursor = (call: CursorCall): ReadText => ({
    text: state.cursorQuery(call),
    relation: state.resolve(call.reference).relation,
    isTable: false,
  })
  const relations = new Map(references.map((each) => [referenceKey(each), placed(each)] as const))
  const cursors = new Map(cursorReads.map((each) => [cursorKey(each), cursor(each)] as const))
  const { text, relation } = state.this
  return { relations, cursors, own: { text, relation, isTable: true }, tables: [...tables] }
}

/** Of what a reference names. */
export type ReferenceName =
  | {
      readonly kind: 'ref'
      readonly name: string
      readonly packageName?: string
      readonly version?: string
    }
  | { readonly kind: 'source'; readonly sourceName: string; readonly tableName: string }

export function referenceKey(reference: ReferenceName): string {
  if (reference.kind === 'source') {
    return JSON.stringify(['source', reference.sourceName, reference.tableName])
  }
  const { name, packageName, version } = reference
  return JSON.stringify(['ref', packageName ?? null, name, version ?? null])
}

export type CursorName =
  | { readonly kind: 'new_rows'; readonly reference: ReferenceName }
  | {
      readonly kind: 'touched_keys'
      readonly reference: ReferenceName
      readonly key: readonly string[]
    }

export function cursorKey(call: CursorName): string {
  const key = call.kind === 'touched_keys' ? call.key : []
  return JSON.stringify([call.kind, referenceKey(call.reference), key])
}

/** A query with the CTEs that it names in front. */
export function withTables(dialect: Dialect, sql: string, tables: readonly CommonTable[]): string {
  const isNamed = tables.some(({ name }) => sql.includes(dialect.quote(name)))
  return isNamed ? withCommonTables({ sql, map: [] }, tables, dialect).sql : sql
}
