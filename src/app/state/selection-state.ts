/** What `state:`, `result:` and `source_status:` ask, answered from the folder of `--state`. */
import { relative } from 'node:path'
import type { Json } from '../../core/json.ts'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import type { Node } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { StateMethod } from '../../project/select/select-nodes.ts'
import type { SelectionState } from '../../project/select/selection.ts'
import { manifestJson } from '../../transform/artifacts/manifest/manifest-json.ts'
import {
  breakingContracts,
  type BrokenContract,
} from '../../transform/artifacts/state/breaking-contracts.ts'
import { compareManifests } from '../../transform/artifacts/state/compare-manifests.ts'
import {
  readStateManifest,
  type StateManifest,
} from '../../transform/artifacts/state/state-manifest.ts'
import type { LoadedProject } from '../load-project.ts'
import { dialectOf } from '../dialect-of.ts'
import { readFreshnessOf, readManifestOf, readResultsOf, type StatePlace } from './read-state.ts'

/** Only what the methods need is read. */
export async function readSelectionState(
  loaded: LoadedProject,
  folder: string,
  methods: ReadonlySet<StateMethod>,
): Promise<Result<SelectionState>> {
  const { root } = loaded.manifest.project
  const place: StatePlace = { root, folder }
  let statesOf: SelectionState['statesOf'] = () => new Set()
  let broken: readonly Diagnostic[] = []
  let results: SelectionState['results'] = new Map()
  let fresher: SelectionState['fresher'] = new Set()
  if (methods.has('state')) {
    const before = readManifestOf(place)
    if (!before.ok) return before
    const now = await manifestOfNow(loaded)
    statesOf = compareManifests(now, before.value)
    broken = breakingContracts(now, before.value, loaded.loadedAt).map((each) =>
      brokenContract(loaded, each),
    )
  }
  // All of them, also those that are warnings: who mends one looks at the others too.
  if (broken.some(({ severity }) => severity === 'error')) return failure(broken)
  if (methods.has('result')) {
    const run = readResultsOf(place)
    if (!run.ok) return run
    results = new Map(run.value.results.map(({ uniqueId, status }) => [uniqueId, status]))
  }
  if (methods.has('source_status')) {
    const found = fresherSources(loaded, place)
    if (!found.ok) return found
    fresher = found.value
  }
  return success({ statesOf, results, fresher }, broken)
}

/** An error where the model has versions: another one takes the change, and this one stays as it was. */
function brokenContract(
  { manifest }: LoadedProject,
  { id, isVersioned, isGone, reasons }: BrokenContract,
): Diagnostic {
  const node = [...manifest.nodes.values()].find(({ uniqueId }) => uniqueId === id)
  const disabled = manifest.disabled.find(({ uniqueId }) => uniqueId === id)
  const name = node?.name ?? id.split('.').slice(2).join('.')
  const said = {
    code: 'breaking-contract',
    message: `expected the contract of "${name}" to keep what it promised, found: ${reasons.map(({ text }) => text).join('; ')}`,
    span: node === undefined ? disabled?.span : placeOf(node, reasons),
  } as const
  return isVersioned
    ? errorDiagnostic({ ...said, hint: isGone ? announce : keepVersion })
    : warningDiagnostic({ ...said, hint: isGone ? announce : giveVersions })
}

/** The first column that promises less than before, else the contract, else the model. */
function placeOf(node: Node, reasons: BrokenContract['reasons']): Diagnostic['span'] {
  const contract = node.resourceType === 'model' ? node.contract : undefined
  const named = reasons.map(({ column }) => column)
  const column = contract?.columns.find(({ name }) => named.includes(name))
  return column?.span ?? contract?.span ?? node.span
}

const keepVersion = 'leave this version as it was, and make the change in a new one'
const giveVersions = 'give the model versions, so that its readers can move'
const announce = 'bring it back and give it a deprecation_date; when that is past it may go'

/** In the form it is written in: what is compared is what a run leaves. */
async function manifestOfNow({ manifest, graph }: LoadedProject): Promise<StateManifest> {
  const metadata = {
    invocationId: '',
    invocationStartedAt: '',
    generatedAt: '',
    generatedAtSeconds: 0,
    version: '',
    custom: {},
  }
  const dialect = await dialectOf(manifest.project.target)
  const pieces = manifestJson({ manifest, graph, dialect, metadata, compiled: new Map() })
  const json: Json = JSON.parse([...pieces].join(''))
  const read = readStateManifest(json)
  if (read === undefined) throw new Error('our own manifest cannot be read')
  return read
}

/** Newer rows than at the other run, or not looked at then. */
function fresherSources(
  { manifest }: LoadedProject,
  place: StatePlace,
): Result<ReadonlySet<string>> {
  const { root, targetPath } = manifest.project
  const before = readFreshnessOf(place)
  if (!before.ok) return before
  const now = readFreshnessOf({ root, folder: relative(root, targetPath) })
  if (!now.ok) return now
  const isFresher = ([id, newest]: readonly [string, string]) => {
    const last = before.value.get(id)
    return last === undefined || Date.parse(newest) > Date.parse(last)
  }
  return success(new Set([...now.value].filter(isFresher).map(([id]) => id)))
}
