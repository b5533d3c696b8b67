/** `bandits` under `serve`, with the project's experiments, models and source tables, to what selecting arms works with. */
import type { Adapter } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import type { Relation } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { PlacedName, ServeSettings } from '../../core/settings/serve-settings.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import {
  actionColumns,
  type BanditTable,
  type BanditTables,
  selectionColumns,
} from '../../serve/bandits/bandit-tables.ts'
import { ProblemError } from '../../serve/problem.ts'
import type { CaptureTable } from './capture.ts'

export interface BanditRequest {
  readonly manifest: Manifest
  readonly settings: ServeSettings
  readonly tables: readonly CaptureTable[]
  readonly adapter: Adapter
  /** False: some of what was captured goes on to wait. */
  readonly loadNow: () => Promise<boolean>
}

/** undefined: the project does not ask for it. */
export function banditTables(request: BanditRequest): Result<BanditTables | undefined> {
  const { manifest, settings, tables, adapter, loadNow } = request
  if (settings.bandits === undefined) return success(undefined)
  const faults: Diagnostic[] = []
  const { selections: named, actions: namedActions } = settings.bandits
  const selections = tableOf(named, {
    tables,
    faults,
    columns: selectionColumns,
    id: 'selection_id',
  })
  const actions =
    namedActions &&
    tableOf(namedActions, { tables, faults, columns: actionColumns, id: 'action_id' })
  if (namedActions !== undefined && namedActions.text === named.text) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected "actions" to be a table of its own, found that of "selections"`,
        span: namedActions.span,
      }),
    )
  }
  const weights = modelOf(manifest, 'bandit_weights')
  if (weights === undefined) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message:
          'expected the project to have a model "bandit_weights" to draw arms from, found none',
        span: named.span,
        hint: 'its columns are in docs/bandits.md: experiment_id, price_id, weight, snapshot_id',
      }),
    )
  }
  if (selections === undefined || weights === undefined || faults.length > 0) return failure(faults)
  const experiments = [...manifest.experiments.values()].map(({ value }) => value)
  const adaptive = experiments.filter(({ allocation }) => allocation === 'adaptive')
  return success({
    experiments: new Map(adaptive.map((experiment) => [experiment.name, experiment])),
    fixed: experiments.flatMap(({ name, allocation }) => (allocation === 'fixed' ? [name] : [])),
    selections,
    actions,
    weights,
    totals: modelOf(manifest, 'bandit_arm_states') ?? modelOf(manifest, 'aggregates_total'),
    isOnlyWriter: adapter.isExclusive,
    settled: async () => {
      if (await loadNow()) return
      throw new ProblemError(
        'unavailable',
        'expected what was kept before to be loaded, found that it waits',
        { headers: { 'retry-after': '1' } },
      )
    },
  })
}

interface Wanted {
  readonly tables: readonly CaptureTable[]
  readonly faults: Diagnostic[]
  readonly columns: readonly string[]
  readonly id: string
}

function tableOf(
  { text, span }: PlacedName,
  { tables, faults, columns, id }: Wanted,
): BanditTable | undefined {
  const found = tables.find(({ events }) => events.name === text)
  if (found === undefined) {
    const names = tables.map(({ events }) => events.name)
    const near = nearestName(text, names)
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected a source table with "loader: events", found "${text}"`,
        span,
        ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
      }),
    )
    return undefined
  }
  const { node, events } = found
  const declared = new Set(node.columns.map(({ name }) => name))
  const missing = columns.filter((name) => !declared.has(name))
  if (missing.length > 0 || node.load.options['id'] !== id) {
    const what =
      missing.length > 0
        ? `the columns ${missing.join(', ')}, found none of that name`
        : `"load: { id: ${id} }", found another id`
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected "${text}" to declare ${what}`,
        span: node.load.span,
        related: [{ message: 'named here', span }],
        hint: 'docs/serve.md has the whole declaration',
      }),
    )
  }
  return { events, relation: node.relation }
}

function modelOf({ nodes }: Manifest, name: string): Relation | undefined {
  const found = [...nodes.values()].find(
    (node) => (node.resourceType === 'model' || node.resourceType === 'seed') && node.name === name,
  )
  return found !== undefined && 'relation' in found ? found.relation : undefined
}
