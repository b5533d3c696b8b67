/** A unit test after parsing: a model, the rows its inputs stand for, and what it has to make of them. */
import type { SourceSpan } from '../diagnostic.ts'
import type { Json, JsonObject } from '../json.ts'
import type { NodeBase } from './node-base.ts'
import type { UniqueId } from './unique-id.ts'

export interface UnitTestNode extends NodeBase {
  readonly resourceType: 'unit_test'
  readonly model: UniqueId
  /** Without its version. */
  readonly modelName: string
  /** As in YAML: the name of one of a version ends in `_v2`. */
  readonly writtenName: string
  readonly given: readonly GivenInput[]
  /** At least one, CTEs first: what goes wrong there is why the rest does. */
  readonly expectations: readonly Expectation[]
  readonly overrides: UnitTestOverrides
}

export interface GivenInput {
  /** `this`: the model's own table as it was before. */
  readonly input: UniqueId | 'this'
  /** As written: `ref('orders')`. */
  readonly text: string
  readonly span: SourceSpan
  /** undefined: the file of the seed. */
  readonly fixture: Fixture | undefined
}

export type FixtureFormat = 'dict' | 'csv' | 'sql'

interface FixtureBase {
  readonly span: SourceSpan
  /** For the manifest: as written. */
  readonly format: FixtureFormat
  /** The file it was read from, without folder and ending; undefined: it stands in the YAML. */
  readonly file: string | undefined
}

export type Fixture =
  | (FixtureBase & {
      readonly kind: 'rows'
      /** Of the first row; none: nothing is said of columns. */
      readonly columns: readonly string[]
      readonly rows: readonly FixtureRow[]
    })
  | (FixtureBase & {
      readonly kind: 'csv'
      /** A header and rows; an empty cell is NULL. */
      readonly text: string
    })
  | (FixtureBase & {
      readonly kind: 'sql'
      /** One SELECT, run as it is. */
      readonly sql: string
    })

export interface FixtureRow {
  readonly span: SourceSpan
  readonly cells: readonly FixtureCell[]
}

export interface FixtureCell {
  readonly column: string
  /** Numbers as they were written, lists and maps as JSON; null: NULL. */
  readonly text: string | null
  /** What the text was: decides what it is where nothing else tells its type. */
  readonly written: 'text' | 'plain' | 'number' | 'boolean' | 'json' | 'null'
}

export interface Expectation {
  readonly of:
    | { readonly kind: 'rows' }
    | { readonly kind: 'cte'; readonly name: string }
    /** The incremental model's table after the step. */
    | { readonly kind: 'table' }
  readonly fixture: Fixture
}

export interface UnitTestOverrides {
  /** What macros give in place of what they do; a boolean or number is one where it is asked for its value. */
  readonly macros: Readonly<Record<string, string | number | boolean>>
  /** undefined: nothing is said. */
  readonly isIncremental: boolean | undefined
  readonly vars: JsonObject
  readonly envVars: Readonly<Record<string, string>>
  /** ISO 8601, UTC: where all clocks stand. */
  readonly now: string | undefined
  /** As written, for the manifest. */
  readonly written: Readonly<Record<string, Json>>
}

/** `model::test`, as dbt names it. */
export function unitTestName({
  modelName,
  name,
}: Pick<UnitTestNode, 'modelName' | 'name'>): string {
  return `${modelName}::${name}`
}
