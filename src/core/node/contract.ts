/** What a model promises of its columns and rows, as its YAML says it. */
import type { SourceSpan } from '../diagnostic.ts'
import type { UniqueId } from './unique-id.ts'

export interface Contract {
  /** In the order of the YAML, which is the order of the table. */
  readonly columns: readonly ContractColumn[]
  readonly constraints: readonly Constraint[]
  /** Type names that other databases have are translated: `string` to `text`. */
  readonly aliasTypes: boolean
  /** What only its foreign keys point to: no SQL of the model reads it. Left out: nothing. */
  readonly dependsOn?: readonly UniqueId[]
  /** Of names and types, whatever their order. */
  readonly checksum: string
  /** Where YAML enforces it. */
  readonly span: SourceSpan
}

export interface ContractColumn {
  readonly name: string
  /** As written. */
  readonly dataType: string
  /** `quote: true`: upper and lower case count where the database tells them apart. */
  readonly isQuoted: boolean
  readonly span: SourceSpan
}

interface ConstraintBase {
  /** undefined: it gets a name made of the table's and the columns'. */
  readonly name: string | undefined
  readonly span: SourceSpan
}

export type Constraint = ConstraintBase &
  (
    | { readonly kind: 'not_null'; readonly column: string }
    | { readonly kind: 'check'; readonly expression: string }
    | { readonly kind: 'unique' | 'primary_key'; readonly columns: readonly string[] }
    | {
        readonly kind: 'foreign_key'
        readonly columns: readonly string[]
        readonly references: ForeignKeyTarget
        /** Said where the database has none. */
        readonly warnsUnsupported: boolean
      }
    /** Of a column, behind its type; or of the table. */
    | { readonly kind: 'custom'; readonly column: string | undefined; readonly expression: string }
  )

export type ForeignKeyTarget =
  /** `to` is undefined only until references are resolved. */
  | {
      readonly kind: 'node'
      readonly to: UniqueId | undefined
      readonly columns: readonly string[]
    }
  | { readonly kind: 'expression'; readonly sql: string }
