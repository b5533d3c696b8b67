/** A YAML file of properties as data: what is said of models, sources, tests and the like. */
import type { ExperimentEntry, MetricExperimentEntry } from './experiment-entry.ts'
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { ExposureMaturity, ExposureType } from '../../../core/node/exposure.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import type { Expectation, FixtureFormat, FixtureRow } from '../../../core/node/unit-test.ts'
import type { ConfigEntry, NotApplied, PlacedText } from '../config-entry.ts'

/** One YAML file of properties, checked against its schema, strings rendered. */
export interface PropertyFile {
  readonly path: string
  readonly checksum: string
  readonly models: readonly ModelProperties[]
  readonly seeds: readonly ModelProperties[]
  readonly snapshots: readonly SnapshotProperties[]
  readonly analyses: readonly ModelProperties[]
  readonly sources: readonly SourceProperties[]
  /** Properties of singular tests: description and config. */
  readonly singularTests: readonly ModelProperties[]
  readonly groups: readonly GroupProperties[]
  readonly metrics: readonly MetricEntry[]
  readonly experiments: readonly ExperimentEntry[]
  readonly macros: readonly MacroProperties[]
  readonly unitTests: readonly UnitTestEntry[]
  readonly exposures: readonly ExposureEntry[]
  /** Descriptions that hold a template: rendered when all docs blocks are known. */
  readonly descriptions: readonly PlacedText[]
  /** Sections that this version accepts and does nothing with. */
  readonly notApplied: readonly NotApplied[]
}

/** `doc.<package>.<name>` of each docs block that a description was made of; left out: none. */
type DocBlocks = readonly string[]

export interface ModelProperties {
  /** Of one version of a model: `orders.v2`. */
  readonly name: string
  readonly span: SourceSpan
  readonly description: string
  readonly docBlocks?: DocBlocks
  readonly version?: VersionProperties
  readonly deprecationDate?: PlacedText
  readonly config: Readonly<Record<string, ConfigEntry>>
  readonly columns: readonly ColumnEntry[]
  /** Of the whole model; left out: none. */
  readonly constraints?: readonly ConstraintEntry[]
  readonly tests: readonly TestEntry[]
}

/** An entry of `constraints:`, as written. */
export interface ConstraintEntry {
  readonly json: JsonObject
  readonly span: SourceSpan
}

/** Who answers for the nodes that name it. */
export interface GroupProperties {
  readonly name: string
  readonly span: SourceSpan
  readonly description: string
  /** `name` or `email`, and whatever else is said of the owner. */
  readonly owner: JsonObject
  readonly meta: JsonObject
}

export interface MetricEntry {
  readonly name: string
  readonly span: SourceSpan
  readonly label: string | undefined
  readonly description: string
  /** `ref('orders')`, or a bare name. */
  readonly model: PlacedText
  /** A column; undefined: the metric has no time. */
  readonly time: PlacedText | undefined
  readonly grain: string | undefined
  readonly dimensions: readonly PlacedText[]
  readonly filters: readonly PlacedText[]
  /** Of a metric that is no ratio. */
  readonly measure: MeasureEntry
  readonly numerator: MeasureEntry | undefined
  readonly denominator: MeasureEntry | undefined
  /** undefined: the results of experiments do not hold it. */
  readonly experiment: MetricExperimentEntry | undefined
  readonly tags: readonly string[]
  readonly meta: JsonObject
}

export interface MeasureEntry {
  readonly agg: string | undefined
  readonly expr: PlacedText | undefined
  readonly filters: readonly PlacedText[]
  readonly additivity: string | undefined
  readonly span: SourceSpan
}

/** What is said of a macro, or as `test_<name>` of a generic test. */
export interface MacroProperties {
  readonly name: string
  readonly span: SourceSpan
  readonly description: string
  readonly arguments: readonly ArgumentProperties[]
  readonly meta: JsonObject
  readonly docs: JsonObject
}

export interface ArgumentProperties {
  readonly name: string
  readonly span: SourceSpan
  readonly description: string
  /** As dbt spells them: `string`, `list[column]`. */
  readonly type?: PlacedText
}

/** An entry of `exposures:`. */
export interface ExposureEntry {
  readonly name: string
  readonly span: SourceSpan
  readonly description: string
  readonly label?: string
  readonly type: ExposureType
  readonly owner: JsonObject
  readonly url?: string
  readonly maturity?: ExposureMaturity
  /** Texts such as `ref('orders')`. */
  readonly dependsOn: readonly PlacedText[]
  readonly config: Readonly<Record<string, ConfigEntry>>
}

/** An entry under `versions:` of a model. */
export interface VersionProperties {
  readonly modelName: string
  readonly version: string | number
  readonly latestVersion: string | number
  /** Of `latest_version:`; left out: the highest is the latest. */
  readonly latestSpan?: SourceSpan
  /** All of them, in the order of the file. */
  readonly all: readonly (string | number)[]
  /** The file it is in, without its ending; left out: `orders_v2`, or `orders` for the latest. */
  readonly definedIn?: string
}

/** Of a SQL file, or with `relation:` a snapshot by itself. */
export interface SnapshotProperties extends ModelProperties {
  /** `ref('x')`, `source('a', 'b')` or `x`; undefined: it describes a SQL file. */
  readonly relation: { readonly text: string; readonly span: SourceSpan } | undefined
}

export interface ColumnEntry {
  readonly name: string
  readonly span: SourceSpan
  readonly description: string
  readonly docBlocks?: DocBlocks
  readonly dataType?: string
  /** Whether the name is quoted; left out: not said. */
  readonly quote?: boolean
  /** Left out: none. */
  readonly constraints?: readonly ConstraintEntry[]
  readonly tags: readonly string[]
  readonly meta: JsonObject
  readonly tests: readonly TestEntry[]
}

export interface SourceProperties {
  readonly name: string
  /** Schema and database as they were written, where they are rendered from templates. */
  readonly unrendered?: JsonObject
  readonly span: SourceSpan
  readonly description: string
  /** Default: the name of the source. */
  readonly schema: string
  /** Left out: the database of the connection. */
  readonly database?: string
  readonly databaseSpan?: SourceSpan
  readonly loader?: PlacedText
  readonly load?: LoadEntry
  readonly config: Readonly<Record<string, ConfigEntry>>
  readonly tables: readonly SourceTable[]
}

/** `load:` of a source, or of one of its tables, whose options win. */
export interface LoadEntry {
  readonly options: JsonObject
  /** Of the key. */
  readonly span: SourceSpan
}

export interface SourceTable {
  readonly name: string
  readonly span: SourceSpan
  /** Default: the name of the table. */
  readonly identifier: string
  readonly description: string
  readonly docBlocks?: DocBlocks
  readonly loader?: PlacedText
  readonly load?: LoadEntry
  /** Free-form: for packages and people. */
  readonly external?: JsonObject
  readonly config: Readonly<Record<string, ConfigEntry>>
  readonly columns: readonly ColumnEntry[]
  readonly tests: readonly TestEntry[]
}

/** `- unique`, or `- accepted_values: { arguments: {..}, config: {..} }`; bare arguments are allowed too, as in dbt. */
export interface TestEntry {
  /** The name of the generic test. */
  readonly test: string
  readonly span: SourceSpan
  /** `name:` replaces the generated name. */
  readonly name?: string
  readonly description: string
  readonly docBlocks?: DocBlocks
  readonly arguments: Readonly<Record<string, Json>>
  readonly config: Readonly<Record<string, ConfigEntry>>
}

/** An entry of `unit_tests:`. */
export interface UnitTestEntry {
  readonly name: string
  readonly span: SourceSpan
  readonly description: string
  readonly model: PlacedText
  readonly given: readonly GivenEntry[]
  readonly expectations: readonly ExpectationEntry[]
  readonly macros: Readonly<Record<string, ConfigEntry>>
  readonly vars: JsonObject
  readonly envVars: JsonObject
  readonly now?: PlacedText
  /** As written, for the manifest. */
  readonly overrides: JsonObject
  readonly versions: JsonObject
  readonly config: Readonly<Record<string, ConfigEntry>>
}

export interface GivenEntry {
  readonly input: PlacedText
  readonly rows: RowsEntry
}

export interface ExpectationEntry {
  readonly of: Expectation['of']
  readonly rows: RowsEntry
}

/** `rows`, or the name of a `fixture`, with a `format`. */
export interface RowsEntry {
  readonly span: SourceSpan
  readonly format: FixtureFormat
  readonly content:
    | { readonly kind: 'none' }
    | { readonly kind: 'rows'; readonly rows: readonly FixtureRow[] }
    | { readonly kind: 'text'; readonly text: string; readonly span: SourceSpan }
    | { readonly kind: 'file'; readonly name: string; readonly span: SourceSpan }
}
