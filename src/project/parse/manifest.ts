/** A checked project: every node with its resolved config, every name resolved, nothing left to be found out but the data. */
import type { Node, UniqueId } from '../../core/node.ts'
import type { Project } from '../read/project.ts'
import type { Reference, TemplateEnvironment } from '../template/template.ts'

export interface Manifest {
  readonly project: Project
  readonly environment: TemplateEnvironment
  /** Sorted by unique id. */
  readonly nodes: ReadonlyMap<UniqueId, Node>
  /** Their references are not resolved: nothing is said of what they would read. */
  readonly disabled: readonly Node[]
  /** What a ref names: models and seeds. */
  readonly refs: ReadonlyMap<string, UniqueId>
  /** What a source names, by `sourceKey`. */
  readonly sources: ReadonlyMap<string, UniqueId>
  /** Macros used by each node, for the manifest. */
  readonly macrosUsed: ReadonlyMap<UniqueId, readonly string[]>
}

export function sourceKey(sourceName: string, tableName: string): string {
  return `${sourceName}.${tableName}`
}

/** The node a reference means; undefined only for a reference that `parseProject` has refused. */
export function referencedId(
  names: Pick<Manifest, 'refs' | 'sources'>,
  reference: Reference,
): UniqueId | undefined {
  return reference.kind === 'ref'
    ? names.refs.get(reference.name)
    : names.sources.get(sourceKey(reference.sourceName, reference.tableName))
}
