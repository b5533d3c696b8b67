/** The values of assay.yml, rendered for one target and checked, to the settings of a project. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { ServeSettings } from '../../../core/settings/serve-settings.ts'
import { type AdapterName, adapterNames, type Target } from '../../../core/target.ts'
import { projectFile } from '../files/find-project.ts'
import type { Environment } from '../files/read-environment.ts'
import type { ConfigEntry, ConfigTree, ConfigTreeName, NotApplied } from '../config-entry.ts'
import type { DispatchRule, Project, Retention } from '../project.ts'
import { checkValues } from '../schema/check-values.ts'
import {
  entryOf,
  type PlacedEntry,
  type PlacedMap,
  textOf,
  textsOf,
  toJson,
  valueOf,
} from '../yaml/placed-value.ts'
import {
  keptHooks,
  type MakeRender,
  type Rendering,
  renderValues,
  type ScalarEnvironment,
} from '../yaml/render-values.ts'
import { chooseTarget, type Wanted } from './choose-target.ts'
import { parseDuration } from './parse-duration.ts'
import { mergeVars } from './parse-vars.ts'
import { hookEntry, readConfigTree } from './read-config-tree.ts'
import { laterSettings, notApplied, notAppliedFlags } from './not-applied.ts'
import {
  type AssayVersions,
  type PackageEntry,
  readAssayVersions,
  readDispatch,
  readPackageEntries,
} from './read-packages-key.ts'
import { readServe, withoutTemplates } from './read-serve.ts'
import { readTarget, targetValues } from './read-target.ts'

/** What a project's assay.yml and a package's both say. */
export interface ContentSettings {
  readonly name: string
  readonly version: string
  /** As they are written: those below the name of a package are among them. */
  readonly writtenVars: JsonObject
  readonly configTrees: Readonly<Record<ConfigTreeName, ConfigTree>>
  readonly paths: Readonly<Record<PathKind, readonly string[]>>
  readonly packages: readonly PackageEntry[]
  readonly assayVersions: AssayVersions | undefined
  readonly runHooks: Project['runHooks']
  readonly notApplied: readonly NotApplied[]
}

export interface Settings extends ContentSettings {
  readonly target: Target
  readonly targetNames: readonly string[]
  readonly targetTypes: readonly AdapterName[]
  readonly vars: JsonObject
  readonly flagVars: JsonObject
  readonly cleanTargets: readonly string[] | undefined
  readonly retention: Retention
  readonly loadPath: string
  readonly serve?: ServeSettings
  readonly dispatch: readonly DispatchRule[]
  readonly queryComment?: ConfigEntry
}

export type PathKind = 'model' | 'seed' | 'snapshot' | 'macro' | 'test' | 'analysis' | 'docs'

export interface SettingsInput {
  readonly root: string
  readonly file: PlacedMap
  readonly env: Environment
  /** From --vars. */
  readonly flagVars: JsonObject
  /** From vars.yml; where there are some, `vars:` of assay.yml is absent. */
  readonly fileVars: JsonObject
  /** From --target. */
  readonly target: string | undefined
  readonly threads: number | undefined
  /** Its keys are secrets: only who serves renders them. */
  readonly serves?: boolean
  readonly makeRender: MakeRender
}

/** Rendered later, or read as they are. */
export const keptSettings: ReadonlySet<string> = new Set([
  ...keptHooks,
  'vars',
  'on-run-start',
  'on-run-end',
  'query-comment',
  'flags',
  'targets',
])

export function readSettings(input: SettingsInput): Result<Settings> {
  const faults: Diagnostic[] = []
  const bare = renderWith(input, { name: input.target ?? '' }, { faults, secrets: 'refused' })
  const wanted = wantedTarget(input, bare)
  const chosen = chooseTarget(input.file, wanted)
  faults.push(...chosen.faults)
  const isUsable = chosen.entry !== undefined && chosen.faults.length === 0
  const entry = isUsable ? renderTarget(input, chosen.entry, bare) : undefined
  const target = entry === undefined ? undefined : targetOf(input, entry)
  const values = target === undefined ? { name: entry?.key ?? '' } : targetValues(target)
  const rendered = renderFile(input, entry, {
    others: renderWith(input, values, { faults, secrets: 'refused' }),
    serve: renderWith(input, values, { faults, secrets: 'allowed' }),
  })
  faults.push(...checkValues(rendered, { schema: 'assay' }))
  if (faults.length > 0) return failure(distinct(faults))
  if (target === undefined) return failure([noTarget(input.file)])
  const serve = input.serves === true ? readServe(valueOf(rendered, 'serve')) : success(undefined)
  if (!serve.ok) return serve
  return success(settingsFrom(rendered, { target, serve: serve.value }, input))
}

function renderWith(
  input: SettingsInput,
  target: JsonObject,
  { faults, secrets }: Pick<Rendering, 'faults'> & Pick<ScalarEnvironment, 'secrets'>,
): Rendering {
  const adapter = target['type'] === 'postgres' ? 'postgres' : 'duckdb'
  const projectName = textOf(input.file, 'name') ?? ''
  const { env } = input
  const vars = { ...input.fileVars, ...input.flagVars }
  return {
    render: input.makeRender({ adapter, projectName, vars, env, secrets, target }),
    keep: keptSettings,
    faults,
  }
}

/** `--target`, then ASSAY_TARGET, then `target:` of the file. */
function wantedTarget(input: SettingsInput, rendering: Rendering): Wanted | undefined {
  if (input.target !== undefined)
    return { name: input.target, value: undefined, from: '--target or ASSAY_TARGET' }
  const fromEnv = input.env['ASSAY_TARGET']
  if (fromEnv !== undefined && fromEnv !== '') {
    return { name: fromEnv, value: undefined, from: 'ASSAY_TARGET' }
  }
  const written = valueOf(input.file, 'target')
  if (written?.kind !== 'scalar') return undefined
  const value = renderValues(written, rendering)
  const name = value.kind === 'scalar' ? (value.text ?? String(value.value)) : ''
  return name.includes('{{') ? undefined : { name, value, from: 'assay.yml' }
}

function renderTarget(input: SettingsInput, entry: PlacedEntry, bare: Rendering): PlacedEntry {
  const type = textOf(entry.value, 'type') ?? null
  const rendering = renderWith(
    input,
    { name: entry.key, type },
    { faults: bare.faults, secrets: 'allowed' },
  )
  return { ...entry, value: renderValues(entry.value, { ...rendering, keep: new Set() }) }
}

function targetOf(input: SettingsInput, entry: PlacedEntry): Target | undefined {
  if (entry.value.kind !== 'map') return undefined
  const { root, threads } = input
  return readTarget({ name: entry.key, map: entry.value, root, threads })
}

/** All keys but the targets; of those only the chosen one has been rendered. */
function renderFile(
  input: SettingsInput,
  chosen: PlacedEntry | undefined,
  rendering: { readonly others: Rendering; readonly serve: Rendering },
): PlacedMap {
  const entries = input.file.entries.map((entry): PlacedEntry => {
    if (entry.key === 'serve') {
      const { value } = entry
      return {
        ...entry,
        value:
          input.serves === true ? renderValues(value, rendering.serve) : withoutTemplates(value),
      }
    }
    if (keptSettings.has(entry.key) && entry.key !== 'targets') return entry
    if (entry.key !== 'targets')
      return { ...entry, value: renderValues(entry.value, rendering.others) }
    if (entry.value.kind !== 'map') return entry
    const targets = entry.value.entries.map((target) =>
      target.key === chosen?.key ? chosen : target,
    )
    return { ...entry, value: { ...entry.value, entries: targets } }
  })
  return { ...input.file, entries }
}

/** `target:` is rendered twice, once to choose by it. */
function distinct(faults: readonly Diagnostic[]): readonly Diagnostic[] {
  const told = new Map(faults.map((fault) => [JSON.stringify(fault), fault]))
  return [...told.values()]
}

function noTarget(file: PlacedMap): Diagnostic {
  return errorDiagnostic({
    code: 'unknown-target',
    message: 'expected a target, found none',
    span: entryOf(file, 'targets')?.keySpan ?? file.span,
  })
}

interface Chosen {
  readonly target: Target
  readonly serve: ServeSettings | undefined
}

function settingsFrom(file: PlacedMap, { target, serve }: Chosen, input: SettingsInput): Settings {
  const name = textOf(file, 'name') ?? ''
  const vars = valueOf(file, 'vars')
  const written = vars === undefined ? input.fileVars : toJson(vars)
  const targets = valueOf(file, 'targets')
  const cleanTargets = entryOf(file, 'clean-targets')
  return {
    ...contentSettings(file),
    writtenVars: isJsonObject(written) ? written : {},
    target,
    targetNames: targets?.kind === 'map' ? targets.entries.map((entry) => entry.key) : [],
    targetTypes: targets?.kind === 'map' ? typesOf(targets) : [],
    vars: mergeVars(isJsonObject(written) ? written : {}, name, input.flagVars),
    flagVars: input.flagVars,
    cleanTargets: cleanTargets === undefined ? undefined : textsOf(file, 'clean-targets'),
    retention: {
      runsMs: retentionOf(file, 'runs') ?? 90 * dayMs,
      changesMs: retentionOf(file, 'changes') ?? 30 * dayMs,
      archiveMs: retentionOf(file, 'archive'),
      deadLettersMs: retentionOf(file, 'dead_letters'),
    },
    loadPath: textOf(file, 'load-path') ?? 'load',
    ...(serve === undefined ? {} : { serve }),
    ...queryCommentOf(entryOf(file, 'query-comment')),
    dispatch: readDispatch(file),
  }
}

function typesOf(targets: PlacedMap): readonly AdapterName[] {
  const types = targets.entries.map(({ value }) => textOf(value, 'type'))
  return adapterNames.filter((name) => types.includes(name))
}

/** The file has been checked. */
export function contentSettings(file: PlacedMap): ContentSettings {
  const vars = valueOf(file, 'vars')
  const written = vars === undefined ? {} : toJson(vars)
  return {
    name: textOf(file, 'name') ?? '',
    version: textOf(file, 'version') ?? '',
    writtenVars: isJsonObject(written) ? written : {},
    configTrees: {
      models: treeOf(file, 'models'),
      seeds: treeOf(file, 'seeds'),
      snapshots: treeOf(file, 'snapshots'),
      sources: treeOf(file, 'sources'),
      data_tests: treeOf(file, entryOf(file, 'tests') === undefined ? 'data_tests' : 'tests'),
      unit_tests: treeOf(file, 'unit_tests'),
      analyses: treeOf(file, 'analyses'),
      exposures: treeOf(file, 'exposures'),
    },
    paths: readPaths(file),
    packages: readPackageEntries(file),
    assayVersions: readAssayVersions(file),
    runHooks: {
      'on-run-start': hookEntry(entryOf(file, 'on-run-start')),
      'on-run-end': hookEntry(entryOf(file, 'on-run-end')),
    },
    notApplied: [...notApplied(file, laterSettings), ...notAppliedFlags(valueOf(file, 'flags'))],
  }
}

const dayMs = 86_400_000

function retentionOf(file: PlacedMap, key: string): number | undefined {
  const retention = valueOf(file, 'retention')
  const value = retention?.kind === 'map' ? valueOf(retention, key) : undefined
  return value?.kind === 'scalar' ? parseDuration(value.value) : undefined
}

/** Where files are looked for, also when something else in assay.yml is at fault. */
export function readPaths(file: PlacedMap | undefined): Settings['paths'] {
  return {
    model: pathsOf(file, 'model-paths', 'models'),
    seed: pathsOf(file, 'seed-paths', 'seeds'),
    snapshot: pathsOf(file, 'snapshot-paths', 'snapshots'),
    macro: pathsOf(file, 'macro-paths', 'macros'),
    test: pathsOf(file, 'test-paths', 'tests'),
    analysis: pathsOf(file, 'analysis-paths', 'analyses'),
    docs: textsOf(file, 'docs-paths'),
  }
}

/** `query-comment:` with nothing behind it says something too. */
function queryCommentOf(entry: PlacedEntry | undefined): { readonly queryComment?: ConfigEntry } {
  if (entry === undefined) return {}
  return { queryComment: { value: toJson(entry.value), span: entry.value.span } }
}

function treeOf(file: PlacedMap, key: string): ConfigTree {
  const nowhere: SourceSpan = { path: projectFile, line: 1, column: 1, length: 1 }
  const entry = entryOf(file, key)
  return readConfigTree(entry?.value, entry?.keySpan ?? nowhere)
}

function pathsOf(file: PlacedMap | undefined, key: string, standard: string): readonly string[] {
  return valueOf(file, key) === undefined ? [standard] : textsOf(file, key)
}
