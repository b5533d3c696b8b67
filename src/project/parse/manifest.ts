/** A checked project: every node with its resolved config, every name resolved, nothing left to be found out but the data. */
import type { Operation } from '../../core/node/hook.ts'
import type { QueryComment } from '../../core/database/query-comment.ts'
import type { Experiment } from '../../core/node/experiment.ts'
import type { Metric } from '../../core/node/metric.ts'
import type { Node, UniqueId } from '../../core/node.ts'
import type { DocsBlock } from './docs/docs-block.ts'
import type { GroupProperties, MacroProperties } from '../read/properties/property-file.ts'
import type { Project } from '../read/project.ts'
import type { LoadedModules } from '../typescript/load-module.ts'
import type { Reference, TemplateEnvironment, TemplateFacts } from '../template/template.ts'

/** What refs and sources mean. */
export interface NodeNames {
  /** The project itself: its nodes come first where a name means several. */
  readonly projectName: string
  /** What a ref names: models and seeds, by `refKey`. */
  readonly refs: ReadonlyMap<string, UniqueId>
  /** What a source names, by `sourceKey`. */
  readonly sources: ReadonlyMap<string, UniqueId>
}

export interface Manifest extends NodeNames {
  readonly project: Project
  /** What its TypeScript exports, as far as it was run. */
  readonly code: LoadedModules
  /** Of the project's own templates. */
  readonly environment: TemplateEnvironment
  /** Of the templates of each package, by its name. */
  readonly environments: ReadonlyMap<string, TemplateEnvironment>
  /** Sorted by unique id. */
  readonly nodes: ReadonlyMap<UniqueId, Node>
  /** Their references are not resolved: nothing is said of what they would read. */
  readonly disabled: readonly Node[]
  /** Of the project and its packages. */
  readonly docs: readonly DocsBlock[]
  /** By name. */
  readonly groups: ReadonlyMap<string, GroupProperties>
  /** By name. */
  readonly metrics: ReadonlyMap<string, Metric>
  /** By name. */
  readonly experiments: ReadonlyMap<string, Experiment>
  /** Nodes whose templates ask the database, with what their text hangs on besides. */
  readonly asking: ReadonlyMap<UniqueId, Asking>
  /** Hooks of runs, in their order: those of packages first. */
  readonly operations: readonly Operation[]
  /** undefined: nothing is sent along with the statements of nodes. */
  readonly queryComment: QueryComment | undefined
  /** What YAML says of macros, by `macroKey` of `macros/macro-name.ts`. */
  readonly macroPatches: ReadonlyMap<string, MacroPatch>
  /** Macros used by each node, for the manifest. */
  readonly macrosUsed: ReadonlyMap<UniqueId, readonly string[]>
}

export interface MacroPatch {
  readonly properties: MacroProperties
  /** The YAML file. */
  readonly path: string
}

export type Asking = Pick<TemplateFacts, 'varsUsed' | 'envUsed'>

export function sourceKey(sourceName: string, tableName: string): string {
  return `${sourceName}.${tableName}`
}

/** What the templates of a node know: vars and macros are those of its package. */
export function environmentOf(
  { environment, environments }: Pick<Manifest, 'environment' | 'environments'>,
  packageName: string,
): TemplateEnvironment {
  return environments.get(packageName) ?? environment
}

/** `m`, or `m v2` for a version of it: a name holds no space. */
export function refKey(name: string, version: string | undefined): string {
  return version === undefined ? name : `${name} v${version}`
}

/** A name as it is known inside one package: a name holds no slash. */
export function packagedKey(packageName: string, key: string): string {
  return `${packageName}/${key}`
}

/** The name by which a reference is looked up, without the package. */
export function referenceKey(reference: Reference): string {
  return reference.kind === 'ref'
    ? refKey(reference.name, reference.version)
    : sourceKey(reference.sourceName, reference.tableName)
}

/**
 * The node a reference means for a node of the package `reader`: in the package it names, else of the project itself,
 * of the reader's own package, of any package. undefined only for a reference that `parseProject` has refused.
 */
export function referencedId(
  names: NodeNames,
  reference: Reference,
  reader: string,
): UniqueId | undefined {
  const known = reference.kind === 'ref' ? names.refs : names.sources
  const key = referenceKey(reference)
  if (reference.kind === 'ref' && reference.packageName !== undefined) {
    return known.get(packagedKey(reference.packageName, key))
  }
  // Without a package a name means the project's node if there is one.
  if (reader === names.projectName) return known.get(key)
  return (
    known.get(packagedKey(names.projectName, key)) ??
    known.get(packagedKey(reader, key)) ??
    known.get(key)
  )
}
