/** The rows at fault of a build to their quarantine: a table of its own that is made anew, or the part that a batch replaces. */
import type { Column, Relation } from '../../../../core/relation.ts'
import type { Step } from '../../publish-unit.ts'
import { findColumn } from '../incremental/column-names.ts'
import { type MaterializationInput, withoutEquality } from '../materialization.ts'
import { allRowsOf, faultyRowsOf, quarantineColumns } from './split-rows.ts'

/** A table is whole: nothing is told from the keys of its rows. */
export function dropAllRows({
  relation,
  quarantine,
  dialect,
}: MaterializationInput): readonly Step[] {
  if (quarantine === undefined) return []
  return [cleanUp(dialect.drop('table', allRowsOf(relation)))]
}

/** All rows of the model were built. */
export function replaceQuarantine({ relation, quarantine }: MaterializationInput): readonly Step[] {
  if (quarantine === undefined) return []
  return [
    {
      kind: 'swap',
      candidate: faultyRowsOf(relation),
      target: quarantine.relation,
      key: [],
      method: undefined,
    },
  ]
}

export interface ReplacedHere {
  /** Conditions over the table: its rows that meet one give way to the batch. */
  readonly conditions: readonly string[]
  /** What the rows of a key or partition are known by; empty: nothing. */
  readonly keys: readonly string[]
  /** Of the batch. */
  readonly columns: readonly Column[]
  /** Columns that the batch has no more go. */
  readonly dropsColumns: boolean
}

/** A batch was built: table and quarantine are one table in two parts, so what it replaces goes from both. */
export function addToQuarantine(
  input: MaterializationInput,
  replaced: ReplacedHere,
): readonly Step[] {
  const { relation, quarantine, dialect } = input
  if (quarantine === undefined) return []
  const faulty = faultyRowsOf(relation)
  const clean = [faulty, allRowsOf(relation)].map((each) => cleanUp(dialect.drop('table', each)))
  const { existing, relation: target } = quarantine
  if (existing?.kind !== 'table') {
    const [, ...others] = clean
    const swap = { candidate: faulty, target, key: [], method: undefined }
    return [{ kind: 'swap', ...swap }, ...others]
  }
  const added = missingFrom(existing.columns, replaced.columns)
  const gone = replaced.dropsColumns
    ? missingFrom([...replaced.columns, ...ownColumns], existing.columns)
    : []
  const { columns } = replaced
  const conditions = [
    ...replaced.conditions,
    ...broughtAgain(input, { ...replaced, existing: existing.columns }),
  ]
  if (added.length > 0 || gone.length > 0) {
    const kept = existing.columns.filter((column) => !gone.includes(column))
    return [...rebuilt(input, { existing: kept, added, columns, conditions }), ...clean]
  }
  const names = [...columns, ...ownColumns].map(
    ({ name }) => findColumn(existing.columns, name)?.name ?? name,
  )
  return [
    ...conditions.map((condition) => setAside(dialect.deleteWhere(target, condition))),
    setAside(dialect.insertSelect(target, names, faulty)),
    ...clean,
  ]
}

/** A row without a key is replaced by none, and is not doubled when it is brought again as it was. */
function broughtAgain(
  { dialect, relation, quarantine }: MaterializationInput,
  { keys, columns, existing }: ReplacedHere & { readonly existing: readonly Column[] },
): readonly string[] {
  if (keys.length === 0 || quarantine === undefined) return []
  const comparable = (from: string, { name, dataType }: Column) => {
    const column = `${from}.${dialect.quote(name)}`
    return withoutEquality.test(dataType) ? `cast(${column} as text)` : column
  }
  const target = dialect.quote(quarantine.relation.identifier)
  const same = columns.flatMap((column) => {
    const known = findColumn(existing, column.name)
    if (known === undefined) return []
    return `${comparable('again', column)} is not distinct from ${comparable(target, known)}`
  })
  const anyNull = keys.map((key) => `${key} is null`).join(' or ')
  return [
    `(${anyNull}) and exists (select 1 from ${dialect.relation(faultyRowsOf(relation))} as again where ${same.join(' and ')})`,
  ]
}

const ownColumns: readonly Column[] = Object.values(quarantineColumns).map((name) => ({
  name,
  dataType: 'text',
}))

function missingFrom(known: readonly Column[], columns: readonly Column[]): readonly Column[] {
  return columns.filter(({ name }) => findColumn(known, name) === undefined)
}

interface Rebuilding {
  /** Of the quarantine, without those that go. */
  readonly existing: readonly Column[]
  readonly added: readonly Column[]
  /** Of the batch. */
  readonly columns: readonly Column[]
  readonly conditions: readonly string[]
}

function rebuilt(
  { quarantine, relation, dialect }: MaterializationInput,
  { existing, added, columns, conditions }: Rebuilding,
): readonly Step[] {
  if (quarantine === undefined) return []
  const target = quarantine.relation
  const next: Relation = { ...target, identifier: `${target.identifier}__assay_new` }
  const all = [...existing, ...added]
  const given = [...columns, ...ownColumns]
  const list = (has: readonly Column[]) =>
    all
      .map(({ name, dataType }) => {
        const column = dialect.quote(name)
        if (findColumn(has, name) !== undefined) return column
        return `cast(null as ${dataType}) as ${column}`
      })
      .join(', ')
  const kept =
    conditions.length === 0
      ? ''
      : `\nwhere ${conditions.map((condition) => `(${condition}) is not true`).join('\n  and ')}`
  const select = `select ${list(existing)}
from ${dialect.relation(target)}${kept}
union all
select ${list(given)}
from ${dialect.relation(faultyRowsOf(relation))}`
  return [
    setAside(dialect.createTableAs(next, select)),
    { kind: 'swap', candidate: next, target, key: [], method: undefined },
  ]
}

function setAside(sql: string): Step {
  return { kind: 'statement', purpose: 'set aside', sql, countsRows: false }
}

function cleanUp(sql: string): Step {
  return { kind: 'statement', purpose: 'clean up', sql, countsRows: false }
}
