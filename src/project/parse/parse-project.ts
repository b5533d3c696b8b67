/** A folder's files to a checked Manifest: templates walked, configs merged, tests named, every reference resolved. */
import { type Diagnostic, nearestName, warningDiagnostic } from '../../core/diagnostic.ts'
import { isReferable, type Node, type UniqueId } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { unusedConfigs } from '../read/config-layers.ts'
import type { Project, SourceFile } from '../read/project.ts'
import { targetValues } from '../read/settings/read-target.ts'
import type { MacroLibrary, Reference, TemplateEnvironment } from '../template/template.ts'
import { checkDuplicates } from './check-duplicates.ts'
import { contractWarnings } from './contracts/contract-warnings.ts'
import { withForeignKeys } from './contracts/with-foreign-keys.ts'
import { type Draft, noFacts } from './draft.ts'
import {
  type DraftContext,
  draftAnalysis,
  draftModel,
  draftSeed,
  draftSingularTest,
} from './draft-files.ts'
import {
  draftSnapshotEntries,
  draftSnapshotFile,
  isSnapshotFile,
} from './snapshots/draft-snapshots.ts'
import { docsBlocksOf } from './docs/docs-block.ts'
import { renderDescriptions } from './docs/render-descriptions.ts'
import { draftSources } from './sources/draft-sources.ts'
import { draftTests } from './tests/draft-tests.ts'
import { draftOperations } from './hooks/draft-operations.ts'
import { draftQueryComment } from './hooks/draft-query-comment.ts'
import { HookReader } from './hooks/hook-facts.ts'
import { withStrategyFacts } from './incremental/strategy-facts.ts'
import {
  concurrencyWarnings,
  refuseCursors,
  unfilteredWarnings,
} from './incremental/check-microbatch.ts'
import { unusedConfigWarnings } from './incremental/unused-configs.ts'
import { indexProperties, type Patch, type PatchKind } from './index-properties.ts'
import { type Manifest, packagedKey, refKey, sourceKey } from './manifest.ts'
import { checkAccess, checkGroups, groupsOf } from './governance/check-access.ts'
import { deprecationWarnings } from './governance/deprecations.ts'
import { draftExposures } from './governance/draft-exposures.ts'
import { draftPointers } from './governance/draft-pointers.ts'
import { nameModelFiles } from './governance/name-model-files.ts'
import { checkRestricted } from './packages/check-restricted.ts'
import { type Content, contentsOf } from './packages/contents.ts'
import { resolveMetrics } from './metrics/resolve-metrics.ts'
import { describeMacros } from './macros/describe-macros.ts'
import { parseLibrary } from './macros/parse-library.ts'
import { notAppliedWarnings } from './not-applied.ts'
import { resolveCursors } from './cursors/resolve-cursors.ts'
import { type KnownNames, resolveReferences } from './resolve-references.ts'
import { type FactsCache, factsContext, templateFacts } from './template-facts.ts'
import { resolveQuarantine } from './tests/quarantine/resolve-quarantine.ts'
import { unusedStorageWarnings } from './storage/unused-storage.ts'
import { testedNodes } from './tests/tested-nodes.ts'
import { draftUnitTests } from './unit-tests/draft-unit-tests.ts'

export interface ParseOptions {
  /** Macro files that ship with the framework. */
  readonly library: readonly SourceFile[]
  /** What deprecation dates are compared with. */
  readonly now: Date
  /** Given the hash of what facts depend on; undefined: nothing is cached. */
  readonly openCache?: (context: string) => FactsCache
}

export function parseProject(project: Project, options: ParseOptions): Result<Manifest> {
  const parsed = parseLibrary(project, options.library)
  if (parsed.isPartial) return failure(inOrder(parsed.faults, parsed.warnings))
  const faults: Diagnostic[] = [...parsed.faults]
  const environment = templateEnvironment(project, parsed.library)
  const { contents, blocks } = describedContents(project, environment, faults)
  const parts = contents.map((content) => {
    const context = contextOf(content, faults)
    return { content, context, ...draftPart(content, context, options) }
  })
  const drafts = parts.flatMap((part) => part.drafts)
  const warnings = [...parts.flatMap((part) => part.warnings), ...unusedTrees(project, drafts)]
  const enabled = drafts.filter((draft) => draft.isEnabled)
  const names = knownNames(drafts, project.name)
  const properties = contents.flatMap((content) => content.project.properties)
  const groups = groupsOf(properties, faults)
  const tests = parts.flatMap(({ content, context }) => {
    const own = enabled.filter(({ node }) => node.packageName === content.project.name)
    return testedNodes(content.project, own).flatMap((tested) =>
      draftTests(context, content.environment, tested),
    )
  })
  const unitTestWarnings: Diagnostic[] = []
  const byId = new Map(enabled.map((draft) => [draft.node.uniqueId, draft]))
  const unitTests = contents.flatMap((content) =>
    draftUnitTests({
      project: content.project,
      outer: content.outer,
      folder: content.folder,
      names,
      library: content.environment.library,
      drafts: byId,
      faults,
      warnings: unitTestWarnings,
    }),
  )
  const all = [...enabled, ...[...tests, ...unitTests].filter((draft) => draft.isEnabled)]
  faults.push(
    ...checkGroups(all, groups),
    ...checkDuplicates(
      all.map((draft) => draft.node),
      project.target.type,
    ),
  )
  const nodes = new Map(
    all.map((draft) => resolved(draft, names, faults)).map((node) => [node.uniqueId, node]),
  )
  faults.push(...refuseCursors(all), ...checkAccess(all, nodes, names))
  faults.push(...checkRestricted(all, nodes, { names, packages: project.packages }))
  const environments = new Map(
    contents.map((content) => [content.project.name, content.environment] as const),
  )
  const quarantined = resolveQuarantine({ nodes, drafts: all, names, environments }, faults)
  const followed = resolveCursors({ nodes: quarantined, drafts: all, names, environments }, faults)
  const metrics = resolveMetrics(contents[0]?.project.properties ?? [], {
    packageName: project.name,
    nodes: followed,
    names,
    faults,
  })
  const operations = [...contents.slice(1), ...contents.slice(0, 1)].flatMap((content) => {
    const { name } = content.project
    return draftOperations(
      content.project,
      new HookReader(content.environment, faults),
      (references) => resolveReferences(references, name, { names, faults }),
    )
  })
  const described = contents.map((content) => describeMacros(content, faults))
  const queryComment = draftQueryComment(project.queryComment, new HookReader(environment, faults))
  if (faults.length > 0) return failure(inOrder(faults, warnings))
  const sorted = [...followed.values()].toSorted((a, b) => (a.uniqueId < b.uniqueId ? -1 : 1))
  const manifest: Manifest = {
    project: { ...project, seeds: contents.flatMap((content) => content.project.seeds) },
    environment,
    environments,
    nodes: new Map(sorted.map((node) => [node.uniqueId, node])),
    disabled: [...drafts, ...tests, ...unitTests]
      .filter((draft) => !draft.isEnabled)
      .map(({ node }): Node => ({ ...node, dependsOn: [] })),
    projectName: names.projectName,
    docs: blocks,
    groups,
    metrics,
    refs: names.refs,
    sources: names.sources,
    asking: new Map(
      all.flatMap(({ node, facts }) => (facts.dependsOnDatabase ? [[node.uniqueId, facts]] : [])),
    ),
    operations,
    queryComment,
    macroPatches: new Map(described.flatMap(({ patches }) => [...patches])),
    macrosUsed: new Map(all.map((draft) => [draft.node.uniqueId, draft.facts.macrosUsed])),
  }
  return success(manifest, [
    ...parsed.warnings,
    ...notAppliedWarnings(
      contents.map((content) => content.project),
      all,
    ),
    ...unusedConfigWarnings(enabled),
    ...contractWarnings(enabled, project.target.type),
    ...unusedStorageWarnings(enabled, project.target.type),
    ...concurrencyWarnings(enabled),
    ...unfilteredWarnings(manifest.nodes),
    ...warnings,
    ...described.flatMap((each) => each.warnings),
    ...deprecationWarnings({ drafts: all, nodes: manifest.nodes, names, now: options.now }),
    ...unitTestWarnings,
    ...emptyProject(manifest),
  ])
}

/** The project and its packages, their descriptions rendered. */
function describedContents(
  project: Project,
  environment: TemplateEnvironment,
  faults: Diagnostic[],
) {
  const written = contentsOf(project, environment)
  const blocks = written.flatMap((content) => docsBlocksOf(content.project, faults))
  const contents = written.map((content) => {
    const known = { blocks, rootName: project.name }
    const properties = renderDescriptions(content, known, faults)
    return { ...content, project: { ...content.project, properties } }
  })
  return { contents, blocks }
}

/** The query is a template of its own, asked by `source freshness` only. */
function checkLoadedAt(node: Draft['node'], reader: HookReader): void {
  if (node.resourceType !== 'source' || node.loadedAt?.kind !== 'query') return
  reader.factsOf(node.loadedAt.query, { hasThis: true, names: [] })
}

function contextOf(content: Content, faults: Diagnostic[]): DraftContext {
  const { project, outer, folder, environment } = content
  return { project, outer, folder, faults, library: environment.library, testFacts: new Map() }
}

interface Drafted {
  readonly drafts: readonly Draft[]
  readonly warnings: readonly Diagnostic[]
}

function draftPart(
  { project, environment }: Content,
  context: DraftContext,
  options: ParseOptions,
): Drafted {
  const macroFiles = [project, ...project.packages].flatMap((each) => [
    ...each.macros,
    ...each.genericTests,
  ])
  const cache = options.openCache?.(
    factsContext(environment, [...options.library, ...macroFiles], project.dispatch),
  )
  const hookReader = new HookReader(environment, context.faults)
  const { drafts, warnings } = draftNodes(context, environment, cache)
  for (const { node } of drafts) checkLoadedAt(node, hookReader)
  return { drafts: drafts.map((draft) => hookReader.withHooks(draft)), warnings }
}

function draftNodes(
  context: DraftContext,
  environment: TemplateEnvironment,
  cache: FactsCache | undefined,
): Drafted {
  const { project, faults } = context
  const facts = (file: SourceFile) => templateFacts(file, environment, cache, faults) ?? noFacts
  const patches = (kind: PatchKind) => indexProperties(project.properties, kind, faults)
  const models = patches('models')
  const versions = nameModelFiles(project, faults)
  const seeds = patches('seeds')
  const analyses = patches('analyses')
  const singularTests = patches('singularTests')
  const written = project.models.map((file) => ({ file, facts: facts(file) }))
  const modelFiles = written.filter((each) => !isSnapshotFile(each.facts))
  const snapshotFiles = [
    ...written.filter((each) => isSnapshotFile(each.facts)),
    ...project.snapshots.map((file) => ({ file, facts: facts(file) })),
  ]
  const snapshots = patches('snapshots')
  const modelDrafts = modelFiles.map((each) => {
    const named = versions.get(each.file.path)
    const patch = named === undefined ? patchOf(models, each.file) : models.get(named.name)
    const described = { ...each, named, patch }
    return withStrategyFacts(draftModel(context, described), environment, faults)
  })
  const drafts = [
    ...modelDrafts,
    ...draftPointers(context, modelDrafts),
    ...snapshotFiles.map((each) =>
      draftSnapshotFile(context, { ...each, patch: patchOf(snapshots, each.file) }),
    ),
    ...project.properties.flatMap((file) =>
      draftSnapshotEntries(
        context,
        file,
        snapshotFiles.map((each) => each.file),
      ),
    ),
    ...project.seeds.map((file) => draftSeed(context, { file, patch: patchOf(seeds, file) })),
    ...project.analyses.map((file) =>
      draftAnalysis(context, { file, patch: patchOf(analyses, file), facts: facts(file) }),
    ),
    ...project.singularTests.map((file) =>
      draftSingularTest(context, { file, patch: patchOf(singularTests, file), facts: facts(file) }),
    ),
    ...project.properties.flatMap((file) => [
      ...draftSources(context, file),
      ...draftExposures(context, file),
    ]),
  ]
  const warnings = [
    ...unknownNodes(
      unversioned(models),
      'model',
      modelFiles.map((each) => each.file),
    ),
    ...unknownNodes(seeds, 'seed', project.seeds),
    ...unknownNodes(analyses, 'analysis', project.analyses),
    ...unknownNodes(singularTests, 'singular test', project.singularTests),
  ]
  return { drafts, warnings }
}

/** Of the project's own assay.yml: what a package configures is its own affair. */
function unusedTrees(project: Project, drafts: readonly Draft[]): readonly Diagnostic[] {
  return configTreeKinds.flatMap(([treeName, kind]) =>
    unusedConfigs({
      tree: project.configTrees[treeName],
      treeName,
      fqns: drafts.filter(({ node }) => node.resourceType === kind).map(({ node }) => node.fqn),
      projectName: project.name,
    }),
  )
}

/** A version without a file is a fault of its own. */
function unversioned(patches: ReadonlyMap<string, Patch>): ReadonlyMap<string, Patch> {
  return new Map([...patches].filter(([, { properties }]) => properties.version === undefined))
}

/** Tests come later and lie in no folders of their own, so their tree is not looked at. */
const configTreeKinds = [
  ['models', 'model'],
  ['seeds', 'seed'],
  ['snapshots', 'snapshot'],
  ['sources', 'source'],
  ['analyses', 'analysis'],
  ['exposures', 'exposure'],
] as const

function patchOf(patches: ReadonlyMap<string, Patch>, file: SourceFile): Patch | undefined {
  return patches.get(nameOf(file))
}

function nameOf(file: SourceFile): string {
  return file.path.slice(file.path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '')
}

/** Described in YAML, but no such file: most often a misspelt or renamed one. */
function unknownNodes(
  patches: ReadonlyMap<string, Patch>,
  kind: string,
  files: readonly SourceFile[],
): readonly Diagnostic[] {
  const names = new Set(files.map(nameOf))
  return [...patches.values()]
    .filter(({ properties }) => !names.has(properties.name))
    .map(({ properties }) => {
      const nearest = nearestName(properties.name, names)
      return warningDiagnostic({
        code: 'unknown-node',
        message: `expected the name of a ${kind}, found "${properties.name}"; its tests do not run`,
        span: properties.span,
        hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
      })
    })
}

/** What it is called in a ref or source: a version by its own name, and the latest by the plain one. */
function namesOf(node: Draft['node']): readonly string[] {
  if (node.resourceType === 'source') return [sourceKey(node.sourceName, node.name)]
  if (node.resourceType !== 'model' || node.version === undefined) return [node.name]
  const { modelName, version, stage } = node.version
  const own = [node.name, refKey(modelName, String(version))]
  return stage === 'latest' ? [modelName, ...own] : own
}

function knownNames(drafts: readonly Draft[], projectName: string): KnownNames {
  const refs = new Map<string, UniqueId>()
  const sources = new Map<string, UniqueId>()
  const disabled = new Map<string, string>()
  const paths = new Map<UniqueId, string>()
  for (const { node, isEnabled } of drafts) {
    if (node.resourceType === 'model' && node.pointsTo !== undefined) continue
    if (node.resourceType !== 'source' && !isReferable(node)) continue
    const known = node.resourceType === 'source' ? sources : refs
    for (const called of namesOf(node)) {
      const isFirst = node.packageName === projectName || !known.has(called)
      const keys = [packagedKey(node.packageName, called), ...(isFirst ? [called] : [])]
      for (const key of keys) {
        if (isEnabled) known.set(key, node.uniqueId)
        else disabled.set(key, node.path)
      }
    }
    if (isEnabled) paths.set(node.uniqueId, node.path)
  }
  return { projectName, refs, sources, disabled, paths }
}

function resolved(draft: Draft, names: KnownNames, faults: Diagnostic[]): Node {
  const { node, facts, hookReferences = [], keyReferences = [] } = draft
  const resolve = (references: readonly Reference[]) =>
    resolveReferences(references, node.packageName, { names, faults })
  const own = resolve([...facts.references, ...keyReferences])
  const keyed = keyReferences.length === 0 ? node : withForeignKeys(node, keyReferences, names)
  if (!('hooks' in keyed) || hookReferences.length === 0) return { ...keyed, dependsOn: own }
  const ofHooks = resolve(hookReferences).filter((id) => !own.includes(id))
  const hooks = { ...keyed.hooks, dependsOn: ofHooks }
  return { ...keyed, hooks, dependsOn: [...own, ...ofHooks] }
}

/** `target` in templates: what names the place, never a secret. */
function templateEnvironment(project: Project, library: MacroLibrary): TemplateEnvironment {
  const { target, name: projectName, vars, env } = project
  return {
    adapter: target.type,
    projectName,
    vars,
    env,
    secrets: 'refused',
    target: targetValues(target),
    library,
  }
}

function emptyProject(manifest: Manifest): readonly Diagnostic[] {
  if (manifest.nodes.size > 0 || manifest.disabled.length > 0) return []
  return [
    warningDiagnostic({
      code: 'empty-project',
      message: 'expected models, seeds or sources, found none',
      span: { path: 'assay.yml', line: 1, column: 1, length: 1 },
      hint: 'write a SELECT into models/my_first_model.sql and run "assay build"',
    }),
  ]
}

/** By file and line, as a reader meets them. */
function inOrder(
  faults: readonly Diagnostic[],
  warnings: readonly Diagnostic[],
): readonly Diagnostic[] {
  const place = ({ span }: Diagnostic) =>
    span === undefined
      ? ''
      : `${span.path}\u0000${String(span.line).padStart(8, '0')}\u0000${String(span.column).padStart(6, '0')}`
  return distinct([...faults, ...warnings]).toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
}

/** A fault in a macro is found in the macro and again at each call: once is enough, with the call if there is one. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const kept = new Map<string, Diagnostic>()
  for (const diagnostic of diagnostics) {
    const { code, message, span } = diagnostic
    const key = JSON.stringify([code, message, span?.path, span?.line, span?.column])
    const known = kept.get(key)
    if (known === undefined || (known.related ?? []).length === 0) kept.set(key, diagnostic)
  }
  return [...kept.values()]
}
