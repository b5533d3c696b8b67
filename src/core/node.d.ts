/** The things a project is made of, after parsing: models, seeds, sources, tests, analyses. */
import type { SourceSpan } from './diagnostic.ts'
import type { Json, JsonObject } from './json.ts'
import type { Relation } from './relation.ts'
export type ResourceType = 'model' | 'seed' | 'source' | 'test' | 'analysis'
/** `model.shop.stg_events`: resource type, project, name; a generic test has a hash behind it. */
export type UniqueId = `${ResourceType}.${string}`
interface NodeBase {
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
  readonly tags: readonly string[]
  readonly meta: JsonObject
  /** The resolved config, under dbt's key names, as the manifest shows it. */
  readonly config: JsonObject
  /** Nodes it reads, in order of first mention, each once. */
  readonly dependsOn: readonly UniqueId[]
  /** SHA-256 of the defining text. */
  readonly checksum: string
  /** Where it is defined: the file's first line, or its entry in YAML. */
  readonly span: SourceSpan
}
export interface ColumnProperties {
  readonly name: string
  readonly description: string
  readonly dataType?: string
  readonly tags: readonly string[]
  readonly meta: JsonObject
}
export interface ModelNode extends NodeBase {
  readonly resourceType: 'model'
  /** An ephemeral model has the name it would have; nothing of that name is made. */
  readonly relation: Relation
  readonly materialization: Materialization
  readonly columns: readonly ColumnProperties[]
  readonly code: TemplateCode
}
export interface SeedNode extends NodeBase {
  readonly resourceType: 'seed'
  readonly relation: Relation
  readonly columns: readonly ColumnProperties[]
  /** By column name, case kept. */
  readonly columnTypes: Readonly<Record<string, string>>
  /** One character. Default `,`. */
  readonly delimiter: string
}
export interface SourceNode extends NodeBase {
  readonly resourceType: 'source'
  readonly sourceName: string
  readonly relation: Relation
  readonly columns: readonly ColumnProperties[]
  readonly loader?: string
}
/** Compiled by `compile` and shown by `show`, never built. */
export interface AnalysisNode extends NodeBase {
  readonly resourceType: 'analysis'
  readonly code: TemplateCode
}
export interface TestNode extends NodeBase {
  readonly resourceType: 'test'
  readonly code: TemplateCode
  readonly severity: 'error' | 'warn'
  /** A comparison with the failures, e.g. `!= 0`, `> 5`. */
  readonly warnIf: string
  readonly errorIf: string
  /** An aggregate over the failing rows. Default `count(*)`. */
  readonly failCalc: string
  readonly limit?: number
  readonly variant:
    | {
        readonly kind: 'singular'
      }
    | {
        readonly kind: 'generic'
        readonly testName: string
        readonly attachedTo: UniqueId
        readonly columnName?: string
        /** As written in YAML, without `column_name` and `model`. */
        readonly arguments: JsonObject
        /** A condition the tested relation is filtered by. */
        readonly where?: string
      }
}
export type Node = ModelNode | SeedNode | SourceNode | TestNode | AnalysisNode
/** A template to be rendered: the text of a file, or the call of a generic test made from YAML. */
export type TemplateCode =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly text: string
    }
  | {
      readonly kind: 'test-call'
      readonly testName: string
      readonly arguments: Readonly<Record<string, Json>>
    }
export type OnSchemaChange = 'ignore' | 'fail' | 'append_new_columns' | 'sync_all_columns'
/** How a model comes to exist in the database. */
export type Materialization =
  | {
      readonly name: 'view'
    }
  | {
      readonly name: 'table'
    }
  | {
      readonly name: 'ephemeral'
    }
  | {
      readonly name: 'incremental'
      readonly strategy: 'append'
      readonly onSchemaChange: OnSchemaChange
      /** From the config; undefined leaves the decision to the flag. */
      readonly fullRefresh: boolean | undefined
    }
  | {
      readonly name: 'incremental'
      readonly strategy: 'merge' | 'delete+insert'
      /** At least one column. */
      readonly uniqueKey: readonly string[]
      readonly onSchemaChange: OnSchemaChange
      readonly fullRefresh: boolean | undefined
    }
export {}
