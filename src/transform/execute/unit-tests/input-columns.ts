/** The columns an input has, without its being there: what is declared, what the database holds, what its code gives. */
import type { Column } from '../../../core/relation.ts'
import {
  isInlined,
  type ModelNode,
  type SeedNode,
  type SnapshotNode,
  type UniqueId,
} from '../../../core/node.ts'
import { typedColumns } from '../../plan/typescript/rows-table.ts'
import { compileNode } from '../../plan/compile-node.ts'
import { outputColumns } from '../../plan/materializations/scd2/versions.ts'
import { requiredInputs, type ReadNode } from '../../plan/unit-tests/required-inputs.ts'
import { ScratchNames, scratchDialect } from '../../plan/unit-tests/scratch.ts'
import type { RunContext } from '../run-context.ts'
import { compileContext } from '../data-tests/compile-context.ts'
import { inScratch } from './in-scratch.ts'

export interface KnownColumns {
  readonly columns: readonly Column[]
  /** False: there may be more, of which nothing tells. */
  readonly isComplete: boolean
  /** All of them are told by YAML alone: there may be more in the table that nobody has looked at. */
  readonly isDeclared: boolean
}

/** Of what stands in the database, by id; what is not there is absent. */
export type BuiltColumns = ReadonlyMap<UniqueId, readonly Column[]>

/** All of them as of one moment. */
export async function describeBuilt(
  { adapter, signal }: RunContext,
  nodes: readonly ReadNode[],
): Promise<BuiltColumns> {
  const found = new Map<UniqueId, readonly Column[]>()
  const built = new Map(
    nodes.filter((node) => !isInlined(node)).map((node) => [node.uniqueId, node]),
  )
  if (built.size === 0) return found
  await adapter.readOnly({ signal }, async (session) => {
    for (const { uniqueId, relation } of built.values()) {
      const { columns = [] } = (await session.describe(relation)) ?? {}
      if (columns.length > 0) found.set(uniqueId, columns)
    }
  })
  return found
}

interface Input {
  readonly node: ReadNode
  /** Columns that a fixture names. */
  readonly named: readonly string[]
}

/**
 * A table that was built from older code lacks what the code has now, so where a column that is named is not among its
 * columns the code is asked.
 */
export async function inputColumns(
  context: RunContext,
  { node, named }: Input,
  all: BuiltColumns,
): Promise<KnownColumns> {
  const built = all.get(node.uniqueId)
  const isEnough = built !== undefined && named.every((name) => has(built, name))
  const columns = isEnough ? built : ((await codeColumns(context, node)) ?? built)
  const declared = declaredColumns(node)
  if (columns === undefined) {
    const isDeclared = isDeclaredWhole(node)
    return { columns: declared, isComplete: isDeclared, isDeclared }
  }
  const typed = columns.map(
    (column) => declared.find((other) => isSame(other.name, column.name)) ?? column,
  )
  return { columns: typed, isComplete: true, isDeclared: false }
}

function declaredColumns(node: ReadNode): readonly Column[] {
  return node.columns.flatMap(({ name, dataType }) =>
    dataType === undefined ? [] : [{ name, dataType }],
  )
}

/** A source has no code to tell its columns: where each that is described has its type, those are all. */
function isDeclaredWhole({ resourceType, columns }: ReadNode): boolean {
  return (
    resourceType === 'source' &&
    columns.length > 0 &&
    columns.every(({ dataType }) => dataType !== undefined)
  )
}

/** Asked once in a run. undefined: the code does not tell, since something it reads is not known. */
async function codeColumns(
  context: RunContext,
  node: ReadNode,
): Promise<readonly Column[] | undefined> {
  const known = context.codeColumns.get(node.uniqueId)
  if (known !== undefined) return await known
  const asked = askCode(context, node)
  context.codeColumns.set(node.uniqueId, asked)
  return await asked
}

async function askCode(
  context: RunContext,
  node: ReadNode,
): Promise<readonly Column[] | undefined> {
  switch (node.resourceType) {
    case 'source':
      return undefined
    case 'seed':
      return (await readSeedFile(context, node))?.columns
    case 'model':
      return node.code.kind === 'typescript'
        ? typedColumns(context.adapter.dialect, node.code.columns)
        : await modelColumns(context, node)
    case 'snapshot':
      return await snapshotColumns(context, node)
  }
}

export async function readSeedFile({ manifest, adapter }: RunContext, node: SeedNode) {
  const file = manifest.project.seeds.find((seed) => seed.path === node.path)
  const { readSeed } = await import('../seeds/read-seed.ts')
  const content = readSeed(node, file?.text ?? '', adapter.dialect)
  return content.ok ? content.value : undefined
}

/** Those of its SELECT; of an scd2, whose SELECT gives events, those of its versions. */
async function modelColumns(
  context: RunContext,
  node: ModelNode,
): Promise<readonly Column[] | undefined> {
  const selected = await selectColumns(context, node)
  if (selected === undefined || node.materialization.name !== 'scd2') return selected
  const { effectiveAt } = node.materialization
  const { dialect } = context.adapter
  const typeOf = (name: string) => selected.find((column) => isSame(column.name, name))?.dataType
  const own: Readonly<Record<string, string | undefined>> = {
    valid_from: typeOf(effectiveAt),
    valid_to: typeOf(effectiveAt),
    is_current: dialect.seedType('boolean'),
  }
  return outputColumns(node.materialization).map((name) => ({
    name,
    dataType: own[name] ?? typeOf(name) ?? dialect.seedType('text'),
  }))
}

/** Those of its SELECT, and its own. */
async function snapshotColumns(
  context: RunContext,
  node: SnapshotNode,
): Promise<readonly Column[] | undefined> {
  const selected = await selectColumns(context, node)
  if (selected === undefined) return undefined
  const { dialect } = context.adapter
  const { strategy, metaColumns, hardDeletes } = node
  const since = selected.find(({ name }) => isSame(name, strategy.updatedAt ?? ''))
  const time = since?.dataType ?? dialect.seedType('timestamp')
  const { scdId, updatedAt, validFrom, validTo, isDeleted } = metaColumns
  return [
    ...selected,
    { name: scdId, dataType: dialect.seedType('text') },
    ...[updatedAt, validFrom, validTo].map((name) => ({ name, dataType: time })),
    ...(hardDeletes === 'new_record'
      ? [{ name: isDeleted, dataType: dialect.seedType('text') }]
      : []),
  ]
}

/** Its SELECT, made over empty tables of the types that its own inputs have. */
async function selectColumns(
  context: RunContext,
  model: ModelNode | SnapshotNode,
): Promise<readonly Column[] | undefined> {
  const { adapter, manifest, signal } = context
  const dialect = scratchDialect(adapter.dialect)
  const names = new ScratchNames(dialect)
  const standIns = new Map<UniqueId, ReturnType<ScratchNames['take']>>()
  const empty: string[] = []
  const inputs = requiredInputs(manifest, model, new Set())
  const built = await describeBuilt(context, inputs)
  for (const input of inputs) {
    const { columns } = await inputColumns(context, { node: input, named: [] }, built)
    if (columns.length === 0) return undefined
    const relation = names.take(input.relation.identifier)
    standIns.set(input.uniqueId, relation)
    empty.push(dialect.createTable(relation, columns))
  }
  const compiled = compileNode(compileContext(context, standIns), model)
  if (!compiled.ok || compiled.value.sql === '') return undefined
  const { sql } = compiled.value
  try {
    return await inScratch(adapter, signal, async (session) => {
      for (const statement of empty) await session.execute(statement)
      const described = `select *\nfrom (\n${sql}\n) as assay_described\nlimit 0`
      const { columns } = await session.queryTable(described)
      return columns.map(({ name, dataType }) => ({ name, dataType }))
    })
  } catch {
    // Its own tests and its own build say what is wrong with it.
    return undefined
  }
}

function has(columns: readonly Column[], name: string): boolean {
  return columns.some((column) => isSame(column.name, name))
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}
