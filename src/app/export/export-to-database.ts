/** Relations to tables of another database: copied beside, counted, and all swapped in one transaction there. */
import { randomInt } from 'node:crypto'
import type { Adapter, Session } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import type { Target } from '../../core/target.ts'
import { type ExportRecord, makersOf, recordExports } from '../../ledger/exports.ts'
import { checkLease } from '../../ledger/leases/leases.ts'
import { migrateLedger } from '../../ledger/schema/migrate-ledger.ts'
import { copyRelation } from '../../serve/export/database/copy-relation.ts'
import { countPartitions } from '../../serve/export/export-query.ts'
import { ExportMismatchError } from '../../serve/export/written-export.ts'
import { withRetries } from '../../transform/execute/with-retries.ts'
import { leaseRelations } from '../run/leases/lease-relations.ts'
import { makeSchemas } from '../../core/database/make-schemas.ts'
import { recordedOptions } from './recorded-options.ts'
import { type Exportable, placeText } from './choose-relations.ts'
import { announce, type ExportContext, ExportRefusedError, telling } from './export-context.ts'
import type { ExportedRelation } from './export-use-case.ts'
import type { DatabaseDestination } from './read-destination.ts'
import { type PlannedExport, readExtracts } from './read-extracts.ts'

export interface DatabaseExport {
  readonly context: ExportContext
  readonly destination: DatabaseDestination
  /** Of the destination. */
  readonly into: Adapter
}

export async function exportToDatabase(
  request: DatabaseExport,
): Promise<readonly ExportedRelation[]> {
  const { context, destination, into } = request
  const { wanted, surroundings, runId, options } = context
  await migrateLedger(into)
  await refuseTablesOfOthers(request)
  await makeSchemas(into, await missingSchemas(into, wanted))
  const leases = await leaseRelations(
    into,
    {
      runId,
      command: 'export',
      relationKeys: wanted.map(({ place }) => placeText(place)),
      timeoutMs: destination.target.leaseTimeoutMs,
      isPatient: options.wait,
    },
    surroundings,
  )
  try {
    const { signal } = surroundings
    const random = () => randomInt(1000) / 1000
    // In the ledger of the database that is read too, and before: it never forgets where rows have gone.
    const known = wanted.map((each) => ({
      ...recordOf(request, each, 0),
      location: `target:${destination.target.name}/${placeText(each.place)}`,
    }))
    const record = async (records: readonly ExportRecord[]) => {
      await context.adapter.transaction({}, (session) => recordExports(session, records))
    }
    await record(known.map((each) => ({ ...each, phase: 'begun' })))
    const exported = await withRetries({ adapter: into, signal, random }, () =>
      copyAndSwap(request, leases.tokens),
    )
    await record(known.map((each) => ({ ...each, rows: rowsOf(exported, each.uniqueId) })))
    return exported
  } finally {
    await leases.end()
  }
}

/** One snapshot here, one transaction there. */
async function copyAndSwap(
  request: DatabaseExport,
  tokens: ReadonlyMap<string, number>,
): Promise<readonly ExportedRelation[]> {
  const { context, into } = request
  const { adapter, wanted, surroundings, options } = context
  const inputs = wanted.map(({ relation }) => relation)
  const { signal } = surroundings
  return await adapter.transaction({ inputs, signal }, async (reading) => {
    const extracts = await readExtracts(reading, wanted, options)
    if (!extracts.ok) throw new ExportRefusedError(extracts.diagnostics)
    announce(context)
    return await into.transaction({ signal }, async (writing) => {
      const done = await copyAll(request, { reading, writing }, extracts.value)
      for (const [key, token] of tokens) {
        await checkLease(into, writing, { relationKey: key, token })
      }
      await swapAll(writing, request, extracts.value)
      const records = wanted.map((each) =>
        recordOf(request, each, rowsOf(done, each.node.uniqueId)),
      )
      await recordExports(writing, records)
      return done
    })
  })
}

interface Sessions {
  readonly reading: Session
  readonly writing: Session
}

async function copyAll(
  { context, into }: DatabaseExport,
  { reading, writing }: Sessions,
  planned: readonly PlannedExport[],
): Promise<readonly ExportedRelation[]> {
  const done: ExportedRelation[] = []
  for (const each of planned) {
    const { node, relation, place, extract } = each
    const from = { session: reading, dialect: context.adapter.dialect }
    const exported = await telling(context, each, async () => {
      const candidate = candidateOf(each)
      const [expected] = await countPartitions(reading, from.dialect, extract)
      await writing.execute(into.dialect.drop('table', candidate))
      const to = { session: writing, dialect: into.dialect }
      const { rows, columns, notes } = await copyRelation(from, to, { extract, into: candidate })
      if (rows !== expected?.rows) {
        const counts = { expected: expected?.rows ?? 0, found: rows }
        throw new ExportMismatchError(relationKey(relation), counts)
      }
      return {
        name: node.name,
        uniqueId: node.uniqueId,
        relation,
        kind: 'table',
        location: placeText(place),
        rows,
        bytes: undefined,
        columns,
        partitions: [],
        notes,
      } as const
    })
    done.push(exported)
  }
  return done
}

async function swapAll(
  writing: Session,
  { into }: DatabaseExport,
  planned: readonly PlannedExport[],
): Promise<void> {
  const swaps = planned.map((each) => ({
    candidate: candidateOf(each),
    target: tableOf(each),
    rebuiltLater: new Set<string>(),
  }))
  await writing.lockForSwap(swaps, [])
  for (const swap of swaps) {
    await writing.swapTable(swap)
    await writing.execute(into.dialect.drop('table', swap.candidate))
  }
}

function tableOf({ place, relation }: Exportable): Relation {
  return place.kind === 'table' ? place.relation : relation
}

function candidateOf(each: Exportable): Relation {
  const table = tableOf(each)
  return { ...table, identifier: `${table.identifier}__assay_new` }
}

/** What a build publishes there, and what nobody knows, is not an export's to replace. */
async function refuseTablesOfOthers({ context, destination, into }: DatabaseExport): Promise<void> {
  const { wanted } = context
  const keys = wanted.map(({ place }) => placeText(place))
  const faults = await into.session({}, async (session) => {
    const makers = await makersOf(session, keys)
    const found: Diagnostic[] = []
    for (const each of wanted) {
      const maker = makers.get(placeText(each.place))
      if (maker === 'export') continue
      const state = await session.describe(tableOf(each))
      if (state !== undefined) found.push(standsThere(each, destination.target, maker))
    }
    return found
  })
  if (faults.length > 0) throw new ExportRefusedError(faults)
}

function standsThere(
  { place }: Exportable,
  target: Target,
  maker: 'build' | undefined,
): Diagnostic {
  const found = maker === 'build' ? 'a table that a build publishes' : 'one that no export has made'
  return errorDiagnostic({
    code: 'export-destination',
    message: `expected a table of an earlier export or none at ${placeText(place)} of ${target.name}, found ${found}`,
    hint: 'choose another schema with --schema, or drop the table there',
  })
}

async function missingSchemas(
  into: Adapter,
  wanted: readonly Exportable[],
): Promise<readonly string[]> {
  const schemas = [...new Set(wanted.map((each) => tableOf(each).schema))]
  const state = await into.readState(schemas)
  return schemas.filter((schema) => !state.schemas.has(schema))
}

function rowsOf(exported: readonly ExportedRelation[], wanted: string): number {
  return exported.find(({ uniqueId }) => uniqueId === wanted)?.rows ?? 0
}

function recordOf({ context }: DatabaseExport, each: Exportable, rows: number): ExportRecord {
  return {
    exportId: context.surroundings.newId(),
    phase: 'done',
    runId: context.runId,
    uniqueId: each.node.uniqueId,
    relationKey: relationKey(each.relation),
    kind: 'table',
    location: placeText(each.place),
    format: 'table',
    rows,
    bytes: undefined,
    options: recordedOptions(context, each),
  }
}
