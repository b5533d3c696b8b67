/** The files of a project or package to drafts of its nodes, and names in YAML that no file goes by. */
import { type Diagnostic, nearestName, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { SourceFile } from '../../read/project.ts'
import type { TemplateEnvironment, TemplateFacts } from '../../template/template.ts'
import { type Draft, noFacts } from './draft.ts'
import type { DraftContext } from './draft-context.ts'
import { draftAnalysis, draftModel, draftSeed, draftSingularTest } from './draft-files.ts'
import {
  draftSnapshotEntries,
  draftSnapshotFile,
  isSnapshotFile,
} from '../snapshots/draft-snapshots.ts'
import { draftSources } from '../sources/draft-sources.ts'
import { HookReader } from '../hooks/hook-facts.ts'
import { withStrategyFacts } from '../incremental/strategy-facts.ts'
import { indexProperties, type Patch, type PatchKind } from '../index-properties.ts'
import { draftExposures } from '../governance/draft-exposures.ts'
import { draftPointers } from '../governance/draft-pointers.ts'
import { nameModelFiles } from '../governance/name-model-files.ts'
import type { Content } from '../packages/contents.ts'
import { typescriptFacts } from '../typescript/typescript-facts.ts'
import { type FactsCache, factsContext, templateFacts } from '../template-facts.ts'
import type { ParseOptions } from '../parse-options.ts'

interface Drafted {
  readonly drafts: readonly Draft[]
  readonly warnings: readonly Diagnostic[]
}

export function draftPart(
  { project, environment }: Content,
  context: DraftContext,
  options: ParseOptions,
): Drafted {
  const macroFiles = [project, ...project.packages].flatMap((each) => [
    ...each.macros.map((file) => ({
      ...file,
      // Of what it imports too.
      checksum: project.modules.get(file.path)?.code ?? file.checksum,
    })),
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
  const facts = (file: SourceFile) => {
    const model = project.modules.get(file.path)?.facts.model
    if (model !== undefined) return typescriptFacts(model)
    return templateFacts(file, environment, cache, faults) ?? noFacts
  }
  const patches = (kind: PatchKind) => indexProperties(project.properties, kind, faults)
  const models = patches('models')
  const versions = nameModelFiles(project, faults)
  const seeds = patches('seeds')
  const analyses = patches('analyses')
  const singularTests = patches('singularTests')
  const written = project.models.map((file) => ({ file, facts: facts(file) }))
  const isSnapshot = (each: (typeof written)[number]) =>
    isSnapshotFile(each.facts) && !project.modules.has(each.file.path)
  const modelFiles = written.filter((each) => !isSnapshot(each))
  const snapshotFiles = [
    ...written.filter(isSnapshot),
    ...project.snapshots.map((file) => ({ file, facts: facts(file) })),
  ]
  const snapshots = patches('snapshots')
  const modelDrafts = modelFiles.map((each) => {
    const named = versions.get(each.file.path)
    const patch = named === undefined ? patchOf(models, each.file) : models.get(named.name)
    const described = { ...each, named, patch }
    const reader = readerOf(context, each)
    return withStrategyFacts(draftModel(reader, described), environment, reader.faults)
  })
  const drafts = [
    ...modelDrafts,
    ...draftPointers(context, modelDrafts),
    ...snapshotFiles.map((each) =>
      draftSnapshotFile(readerOf(context, each), {
        ...each,
        patch: patchOf(snapshots, each.file),
      }),
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

/** A template with faults has said so, and its config is not known: what seems to be missing there may well be written. */
function readerOf(context: DraftContext, { facts }: { readonly facts: TemplateFacts }) {
  return facts === noFacts ? { ...context, faults: [] } : context
}

/** The query is a template of its own, asked by `source freshness` only. */
function checkLoadedAt(node: Draft['node'], reader: HookReader): void {
  if (node.resourceType !== 'source' || node.loadedAt?.kind !== 'query') return
  reader.factsOf(node.loadedAt.query, { hasThis: true, names: [] })
}

/** A version without a file is a fault of its own. */
function unversioned(patches: ReadonlyMap<string, Patch>): ReadonlyMap<string, Patch> {
  return new Map([...patches].filter(([, { properties }]) => properties.version === undefined))
}

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
