/** `debug`: is the project valid, does the target answer, is the ledger readable; each check said, good or bad. */
import type { Adapter, MissingRight } from '../../core/adapter.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { Result } from '../../core/result.ts'
import { migrateLedger } from '../../ledger/schema/migrate-ledger.ts'
import { ledgerSchema } from '../../ledger/schema/migrations.ts'
import { isLoaded } from '../../load/table/is-loaded.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { isBuilt } from '../ledger/look-at-ledger.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { describeDatabase, withAdapter } from '../open-adapter.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { DebugOptions, DebugValue } from '../use-cases.ts'

type Check = DebugValue['checks'][number]

/** Checking is its work, so an invalid project is a failed check (exit 1), not a refusal. */
export async function debug(
  options: DebugOptions,
  surroundings: Surroundings,
): Promise<Outcome<DebugValue>> {
  const checks: Check[] = [runtimeCheck(surroundings)]
  const loaded = await loadProject(options, surroundings)
  checks.push(projectCheck(loaded))
  if (!loaded.ok) {
    for (const diagnostic of loaded.diagnostics)
      surroundings.emit({ type: 'diagnostic', diagnostic })
  } else checks.push(...(await databaseChecks(loaded.value)))
  const exitCode = checks.every((check) => check.isOk) ? 0 : 1
  return { kind: 'done', exitCode, value: { checks } }
}

function runtimeCheck({ version }: Surroundings): Check {
  return { name: 'assay', isOk: true, detail: `${version} on Node ${process.versions.node}` }
}

function projectCheck(loaded: Result<LoadedProject>): Check {
  if (!loaded.ok) {
    const count = loaded.diagnostics.filter((fault) => fault.severity === 'error').length
    return { name: 'project', isOk: false, detail: `${count} ${count === 1 ? 'error' : 'errors'}` }
  }
  const { project, nodes } = loaded.value.manifest
  return {
    name: 'project',
    isOk: true,
    detail: `"${project.name}" with ${nodes.size} ${nodes.size === 1 ? 'node' : 'nodes'}`,
  }
}

async function databaseChecks({ manifest }: LoadedProject): Promise<readonly Check[]> {
  const { target, root } = manifest.project
  const detail = describeDatabase(target, root)
  const connected = await withAdapter(target, async (adapter) => {
    await adapter.readOnly({}, (session) => session.query('select 1 as one'))
  })
  if (!connected.ok) return [failedCheck('connection', connected.diagnostics)]
  const connection: Check = { name: 'connection', isOk: true, detail: `${target.name}: ${detail}` }
  const schemas = schemasOf(manifest)
  const missing = await withAdapter(target, (adapter) => adapter.readMissingRights(schemas))
  const rights = missing.ok
    ? rightsCheck(schemas, missing.value)
    : failedCheck('rights', missing.diagnostics)
  const ledger = await withAdapter(target, readLedger)
  if (!ledger.ok) return [connection, rights, failedCheck('ledger', ledger.diagnostics)]
  return [connection, rights, { name: 'ledger', isOk: true, detail: ledger.value }]
}

/** What a build or `ingest` writes to. */
function schemasOf({ nodes }: Manifest): readonly string[] {
  const written = [...nodes.values()].flatMap((node) =>
    isBuilt(node) || isLoaded(node) ? [node.relation.schema] : [],
  )
  return [...new Set(written), ledgerSchema]
}

function rightsCheck(schemas: readonly string[], missing: readonly MissingRight[]): Check {
  const names =
    schemas.length === 1 ? schemas[0] : `${schemas.slice(0, -1).join(', ')} and ${schemas.at(-1)}`
  if (missing.length === 0) {
    return { name: 'rights', isOk: true, detail: `${names} can be made or written to` }
  }
  return {
    name: 'rights',
    isOk: false,
    detail: `expected all that a build needs, found no right ${missing.map(({ what }) => what).join(', ')}`,
    hint: [...new Set(missing.map(({ grant }) => grant))].join('; '),
  }
}

/** Looks and makes nothing; a ledger of a newer assay is a fault. */
async function readLedger(adapter: Adapter): Promise<string> {
  const relation = { schema: ledgerSchema, identifier: 'migrations' }
  const table = await adapter.readOnly({}, (session) => session.describe(relation))
  if (table === undefined) return 'none yet; the first build makes the schema _assay'
  await migrateLedger(adapter)
  return 'schema _assay is current'
}

function failedCheck(name: string, diagnostics: readonly Diagnostic[]): Check {
  const [fault] = diagnostics
  return {
    name,
    isOk: false,
    detail: fault?.message ?? 'failed',
    ...(fault?.hint === undefined ? {} : { hint: fault.hint }),
  }
}
