/** A folder's files to a checked Manifest: templates walked, configs merged, tests named, every reference resolved. */
import { type Diagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import type { Node } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { unusedConfigs } from '../read/config-layers.ts'
import type { Project } from '../read/project.ts'
import { targetValues } from '../read/settings/read-target.ts'
import type {
  DeclaredResources,
  MacroLibrary,
  Reference,
  TemplateEnvironment,
} from '../template/template.ts'
import { LoadedModules } from '../typescript/load-module.ts'
import { checkDuplicates } from './check-duplicates.ts'
import { checkLocations } from './storage/check-locations.ts'
import { contractWarnings } from './contracts/contract-warnings.ts'
import { withForeignKeys } from './contracts/with-foreign-keys.ts'
import type { Draft } from './drafts/draft.ts'
import type { DraftContext } from './drafts/draft-context.ts'
import { docsBlocksOf } from './docs/docs-block.ts'
import { renderDescriptions } from './docs/render-descriptions.ts'
import { draftTests } from './tests/draft-tests.ts'
import { draftOperations } from './hooks/draft-operations.ts'
import { draftQueryComment } from './hooks/draft-query-comment.ts'
import { HookReader } from './hooks/hook-facts.ts'
import {
  concurrencyWarnings,
  refuseCursors,
  unfilteredWarnings,
} from './incremental/check-microbatch.ts'
import { unusedConfigWarnings } from './incremental/unused-configs.ts'
import type { Manifest } from './manifest.ts'
import { checkAccess, checkGroups, groupsOf } from './governance/check-access.ts'
import { deprecationWarnings } from './governance/deprecations.ts'
import { checkRestricted } from './packages/check-restricted.ts'
import { type Content, contentsOf } from './packages/contents.ts'
import { metricValues } from './experiments/experiment-metrics.ts'
import { resolveExperiments } from './experiments/resolve-experiments.ts'
import { resolveMetrics } from './metrics/resolve-metrics.ts'
import { describeMacros } from './macros/describe-macros.ts'
import { parseLibrary } from './macros/parse-library.ts'
import { notAppliedWarnings } from './not-applied.ts'
import { resolveCursors } from './cursors/resolve-cursors.ts'
import { type KnownNames, resolveReferences } from './resolve-references.ts'
import { resolveQuarantine } from './tests/quarantine/resolve-quarantine.ts'
import { unusedStorageWarnings } from './storage/unused-storage.ts'
import { testedNodes } from './tests/tested-nodes.ts'
import { draftUnitTests } from './unit-tests/draft-unit-tests.ts'
import { draftPart } from './drafts/draft-nodes.ts'
import { knownNames } from './known-names.ts'
import { inOrder } from './order-diagnostics.ts'
import type { ParseOptions } from './parse-options.ts'

export function parseProject(project: Project, options: ParseOptions): Result<Manifest> {
  const code = new LoadedModules(project.root)
  const parsed = parseLibrary(project, options.library, code)
  if (parsed.isPartial) return failure(inOrder(parsed.faults, parsed.warnings))
  const faults: Diagnostic[] = [...parsed.faults]
  const plain = templateEnvironment(project, parsed.library)
  const described = describedContents(project, plain, faults)
  const { experiments, declared } = declaredBy(described.contents, faults)
  const environment = { ...plain, declared }
  const contents = described.contents.map((content) => ({
    ...content,
    environment: { ...content.environment, declared },
  }))
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
    ...checkLocations(enabled, project),
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
  const macros = contents.map((content) => describeMacros(content, faults))
  const queryComment = draftQueryComment(project.queryComment, new HookReader(environment, faults))
  if (faults.length > 0) return failure(inOrder(faults, warnings))
  const sorted = [...followed.values()].toSorted((a, b) => (a.uniqueId < b.uniqueId ? -1 : 1))
  const manifest: Manifest = {
    code,
    project: { ...project, seeds: contents.flatMap((content) => content.project.seeds) },
    environment,
    environments,
    nodes: new Map(sorted.map((node) => [node.uniqueId, node])),
    disabled: [...drafts, ...tests, ...unitTests]
      .filter((draft) => !draft.isEnabled)
      .map(({ node }): Node => ({ ...node, dependsOn: [] })),
    projectName: names.projectName,
    docs: described.blocks,
    groups,
    metrics,
    experiments,
    refs: names.refs,
    sources: names.sources,
    asking: new Map(
      all.flatMap(({ node, facts }) => (facts.dependsOnDatabase ? [[node.uniqueId, facts]] : [])),
    ),
    operations,
    queryComment,
    macroPatches: new Map(macros.flatMap(({ patches }) => [...patches])),
    macrosUsed: new Map(all.map((draft) => [draft.node.uniqueId, draft.facts.macrosUsed])),
  }
  return success(manifest, [
    ...parsed.warnings,
    ...notAppliedWarnings(
      contents.map((content) => content.project),
      all,
    ),
    ...unusedConfigWarnings(enabled),
    ...contractWarnings(enabled, project.target),
    ...unusedStorageWarnings(enabled, project.target.type),
    ...concurrencyWarnings(enabled),
    ...unfilteredWarnings(manifest.nodes),
    ...warnings,
    ...macros.flatMap((each) => each.warnings),
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

/** What the project itself declares; packages declare nothing for others. */
function declaredBy([content]: readonly Content[], faults: Diagnostic[]) {
  const { properties = [], name = '' } = content?.project ?? {}
  const experiments = resolveExperiments(properties, { packageName: name, faults })
  const declared: DeclaredResources = {
    experiments: [...experiments.values()].map(({ value }) => value),
    metrics: metricValues(properties),
  }
  return { experiments, declared }
}

function contextOf(content: Content, faults: Diagnostic[]): DraftContext {
  const { project, outer, folder, environment } = content
  return { project, outer, folder, faults, library: environment.library, testFacts: new Map() }
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

/** Tests come later and lie in no folders of their own, so their tree is not looked at. */
const configTreeKinds = [
  ['models', 'model'],
  ['seeds', 'seed'],
  ['snapshots', 'snapshot'],
  ['sources', 'source'],
  ['analyses', 'analysis'],
  ['exposures', 'exposure'],
] as const

function resolved(draft: Draft, names: KnownNames, faults: Diagnostic[]): Node {
  const { node, facts, hookReferences = [], keyReferences = [] } = draft
  const resolve = (references: readonly Reference[]) =>
    resolveReferences(references, node.packageName, { names, faults })
  const own = resolve([...facts.references, ...keyReferences])
  const keyed = keyReferences.length === 0 ? node : withForeignKeys(draft, names)
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
