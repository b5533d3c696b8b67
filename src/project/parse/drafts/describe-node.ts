/** What every node has, from its file and what describes it: name, fqn, configs merged, columns, hooks. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import type { ColumnProperties, ResourceType } from '../../../core/node.ts'
import { checkConfig } from '../../read/check-config.ts'
import { mergeConfigs } from '../../read/merge-configs.ts'
import type { ConfigTreeName } from '../../read/config-entry.ts'
import type { SourceFile } from '../../read/project.ts'
import type { TemplateFacts } from '../../template/template.ts'
import { docBlocksOf } from '../docs/doc-blocks-of.ts'
import { draftHooks } from '../hooks/draft-hooks.ts'
import { type NamedFile, stemOf } from '../governance/name-model-files.ts'
import type { Patch } from '../index-properties.ts'
import { inFileLayers, textOf, textsOf, unrenderedConfig } from '../resolve-config.ts'
import { type DraftContext, layersAround } from './draft-context.ts'

export interface Described {
  readonly file: SourceFile
  /** Of a file that holds a version of a model; undefined: the file's own name. */
  readonly named?: NamedFile | undefined
  readonly patch: Patch | undefined
  readonly facts: TemplateFacts
}

export function describe(
  context: DraftContext,
  { file, named, patch, facts }: Described,
  resourceType: Exclude<ResourceType, 'source' | 'exposure'>,
  treeName: ConfigTreeName,
) {
  const name = named?.name ?? stemOf(file.path)
  const version = named?.version
  const names = version === undefined ? [name] : [version.modelName, `v${version.version}`]
  const span: SourceSpan = { path: file.path, line: 1, column: 1, length: 1 }
  checkName(name, span, context.faults)
  const path = [...foldersOf(file.pathInKind), ...names]
  const place = { name, path, span, checksum: file.checksum }
  return describeAt(context, { ...place, patch, facts }, { resourceType, treeName })
}

interface DescribedAt {
  readonly name: string
  /** Folders below the kind's root, and its own name. */
  readonly path: readonly string[]
  readonly span: SourceSpan
  readonly checksum: string
  readonly patch: Patch | undefined
  readonly facts: TemplateFacts
}

/** What every node has, from where it is defined and what describes it. */
export function describeAt(
  context: DraftContext,
  { name, path, span, checksum, patch, facts }: DescribedAt,
  kind: {
    readonly resourceType: Exclude<ResourceType, 'source' | 'exposure'>
    readonly treeName: ConfigTreeName
  },
) {
  const { project } = context
  const { resourceType, treeName } = kind
  const fqn = [project.name, ...path]
  const inFile = Object.entries(facts.config).map(([key, entries]) => [key, entries] as const)
  const calls = inFileLayers(inFile)
  for (const layer of calls) {
    context.faults.push(...checkConfig(layer, resourceType))
  }
  const { before, after } = layersAround(context, treeName, fqn)
  const layers = [...before, patch?.properties.config ?? {}, ...calls, ...after]
  const config = mergeConfigs(layers)
  const columns: readonly ColumnProperties[] = (patch?.properties.columns ?? []).map(
    ({ name, span: place, description, docBlocks, tags, meta, dataType, quote, constraints }) => ({
      name,
      span: place,
      description,
      ...(docBlocks === undefined ? {} : { docBlocks }),
      tags,
      meta,
      ...(dataType === undefined ? {} : { dataType }),
      ...(quote === undefined ? {} : { quote }),
      ...(constraints === undefined ? {} : { constraints: constraints.map(({ json }) => json) }),
    }),
  )
  const meta = config['meta']?.value
  const metaObject: JsonObject = isJsonObject(meta) ? meta : {}
  const group = textOf(config, 'group')
  const eventTime = textOf(config, 'event_time')
  const own = {
    uniqueId: `${resourceType}.${project.name}.${name}` as const,
    name,
    packageName: project.name,
    path: span.path,
    fqn,
    description: patch?.properties.description ?? '',
    ...docBlocksOf(patch?.properties),
    tags: textsOf(config, 'tags'),
    meta: metaObject,
    ...(group === undefined ? {} : { group }),
    ...(eventTime === undefined ? {} : { eventTime }),
    checksum,
    span,
    ...unrenderedConfig(config),
    configPlaces: config,
  }
  // One spread, in front, is what V8 copies quickly.
  const common = patch === undefined ? own : { ...own, patchPath: patch.path }
  return { common, config, columns, hooks: draftHooks(layers, config) }
}

function checkName(name: string, span: SourceSpan, faults: Diagnostic[]): void {
  if (!/[\s"'`]/.test(name)) return
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected a file name without spaces or quotes, found "${name}"`,
      span,
      hint: 'rename the file: its name is the name of the node',
    }),
  )
}

function foldersOf(pathInKind: string): readonly string[] {
  return pathInKind.split('/').slice(0, -1)
}
