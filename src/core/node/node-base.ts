/** What every node of a project has. */
import type { SourceSpan } from '../diagnostic.ts'
import type { JsonObject } from '../json.ts'
import type { ConfigPlaces } from './config-places.ts'
import type { UniqueId } from './unique-id.ts'

export interface NodeBase {
  readonly uniqueId: UniqueId
  readonly name: string
  readonly packageName: string
  /** The file that defines it, relative to the project. */
  readonly path: string
  /** The properties file that describes it, if one does. */
  readonly patchPath?: string
  /** Package, folders below the kind's root, file stem. */
  readonly fqn: readonly string[]
  readonly description: string
  /** `doc.<package>.<name>` of each docs block that the description was made of; left out: none. */
  readonly docBlocks?: readonly string[]
  readonly tags: readonly string[]
  readonly meta: JsonObject
  /** The group that owns it; left out: none does. */
  readonly group?: string
  /** The column that says when a row happened; left out: none is declared. */
  readonly eventTime?: string
  /** The resolved config, under dbt's key names, as the manifest shows it. */
  readonly config: JsonObject
  /** Of these configs, those that were rendered, as they were written; left out: none was. */
  readonly unrendered?: JsonObject
  /** Where its configs are written; left out: nobody asks. */
  readonly configPlaces?: ConfigPlaces
  /** Nodes it reads, in order of first mention, each once. */
  readonly dependsOn: readonly UniqueId[]
  /** SHA-256 of the defining text. */
  readonly checksum: string
  /** Where it is defined: the file's first line, or its entry in YAML. */
  readonly span: SourceSpan
}
