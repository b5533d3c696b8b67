/** The contract of a model as its table needs it: constraints with their names, what foreign keys point to, what it was before. */
import { hash } from 'node:crypto'
import type { Constraint, Contract, ForeignKeyTarget } from '../../../core/node/contract.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import type { ModelNode } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import type { Components } from '../state/components.ts'
import { stableText } from '../state/stable-hash.ts'

export interface TableContract {
  /** Of a contract that is no longer enforced: without columns. */
  readonly contract: Contract
  readonly constraints: readonly NamedConstraint[]
  /** What the last publication had. */
  readonly former: FormerConstraints
  /** Other constraints than the last publication had, or it is not known. */
  readonly isChanged: boolean
}

export interface NamedConstraint {
  readonly constraint: Constraint
  readonly name: string
  /** Of a foreign key. */
  readonly points: { readonly relation: Relation; readonly columns: readonly string[] } | undefined
}

export interface FormerConstraints {
  readonly names: readonly string[]
  readonly notNull: readonly string[]
}

/** Under which the record stands among the components of a publication. */
export const contractKey = 'contract of the table'

/** undefined: there is no contract, and there was none. */
export function tableContract(
  manifest: Manifest,
  node: ModelNode,
  last: JsonObject | undefined,
): TableContract | undefined {
  const record = contractRecord(manifest, node)
  const former = { names: textsOf(last?.['names']), notNull: textsOf(last?.['not_null']) }
  if (node.contract === undefined || record === undefined) {
    if (former.names.length + former.notNull.length === 0) return undefined
    return { contract: { ...nothing, span: node.span }, constraints: [], former, isChanged: true }
  }
  const hasSome = node.contract.constraints.length > 0 || former.names.length > 0
  return {
    contract: node.contract,
    constraints: namedConstraints(manifest, node, node.contract),
    former,
    isChanged: hasSome && stableText(last ?? null) !== stableText(record),
  }
}

const nothing: Omit<Contract, 'span'> = {
  columns: [],
  constraints: [],
  aliasTypes: true,
  checksum: '',
}

/** What is remembered of it: a publication is compared with it, and the next one knows what to take away. */
export function contractRecord(manifest: Manifest, node: ModelNode): JsonObject | undefined {
  const { contract } = node
  if (contract === undefined) return undefined
  const columns = contract.columns.map(({ name, dataType }) => [name, dataType])
  if (node.materialization.name === 'view') return { columns }
  const named = namedConstraints(manifest, node, contract)
  return {
    columns,
    constraints: named.map(({ constraint, name, points }) => {
      const { span: _, ...rest } = constraint
      return { ...jsonOf(rest), name, points: points === undefined ? null : jsonOf(points) }
    }),
    names: named.map(({ name }) => name),
    not_null: notNullColumns(contract.constraints),
  }
}

export function recordedContract(components: Components | undefined): JsonObject | undefined {
  const value = components?.config[contractKey]
  return isJsonObject(value) ? value : undefined
}

/** A primary key needs them too. */
export function notNullColumns(constraints: readonly Constraint[]): readonly string[] {
  const columns = constraints.flatMap((constraint) => {
    if (constraint.kind === 'not_null') return [constraint.column]
    return constraint.kind === 'primary_key' ? constraint.columns : []
  })
  return [...new Set(columns)]
}

function namedConstraints(
  manifest: Manifest,
  node: ModelNode,
  { constraints }: Contract,
): readonly NamedConstraint[] {
  const taken = new Set<string>()
  return constraints.map((constraint) => {
    const wanted = constraint.name ?? derivedName(node.relation.identifier, constraint)
    let name = wanted
    for (let n = 1; taken.has(name); n += 1) name = fitting(`${wanted}${n}`)
    taken.add(name)
    return { constraint, name, points: pointsTo(manifest, constraint) }
  })
}

/** As Postgres names them itself. */
function derivedName(table: string, constraint: Constraint): string {
  switch (constraint.kind) {
    case 'not_null':
      return fitting(`${table}_${constraint.column}_not_null`)
    case 'check':
      return fitting(`${table}_check`)
    case 'unique':
      return fitting(`${table}_${constraint.columns.join('_')}_key`)
    case 'primary_key':
      return fitting(`${table}_pkey`)
    case 'foreign_key':
      return fitting(`${table}_${constraint.columns.join('_')}_fkey`)
    case 'custom':
      return fitting(`${table}_custom`)
  }
}

/** In bytes, what Postgres takes; a name that is too long keeps its beginning. */
function fitting(name: string): string {
  if (Buffer.byteLength(name) <= 63) return name
  let head = name
  while (Buffer.byteLength(head) > 54) head = head.slice(0, -1)
  return `${head}_${hash('sha256', name).slice(0, 8)}`
}

function pointsTo(manifest: Manifest, constraint: Constraint): NamedConstraint['points'] {
  if (constraint.kind !== 'foreign_key') return undefined
  const { references } = constraint
  const relation = relationOf(manifest, references)
  if (relation === undefined || references.kind === 'expression') return undefined
  return { relation, columns: references.columns }
}

function relationOf(manifest: Manifest, references: ForeignKeyTarget): Relation | undefined {
  if (references.kind === 'expression' || references.to === undefined) return undefined
  const node = manifest.nodes.get(references.to)
  return node !== undefined && 'relation' in node ? node.relation : undefined
}

function jsonOf(value: object): JsonObject {
  const json: Json = JSON.parse(JSON.stringify(value))
  return isJsonObject(json) ? json : {}
}

function textsOf(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.flatMap((each) => (typeof each === 'string' ? [each] : [])) : []
}
