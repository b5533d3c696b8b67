/** A project folder as data: what `readProject` gives and `parseProject` takes. */
import type { SourceSpan } from '../../core/diagnostic.ts'
import type { ExposureMaturity, ExposureType } from '../../core/node/exposure.ts'
import type { OperationKind } from '../../core/node/hook.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { AdapterName, Target } from '../../core/target.ts'
import type { PlacedValue } from './yaml/placed-value.ts'
import type { Expectation, FixtureFormat, FixtureRow } from '../../core/node/unit-test.ts'

/** What a project and a package are both made of. */
export interface ProjectContent {
  readonly name: string
  readonly version: string
  readonly vars: JsonObject
  readonly configTrees: Readonly<Record<ConfigTreeName, ConfigTree>>
  readonly models: readonly SourceFile[]
  readonly seeds: readonly SourceFile[]
  /** SQL files of the snapshot folders; others are models that say `materialized="snapshot"`. */
  readonly snapshots: readonly SourceFile[]
  readonly macros: readonly SourceFile[]
  /** `tests/*.sql`. */
  readonly singularTests: readonly SourceFile[]
  /** `tests/generic/*.sql`. */
  readonly genericTests: readonly SourceFile[]
  /** `tests/fixtures/**`: rows of unit tests, `.csv` or `.sql`. */
  readonly fixtures: readonly SourceFile[]
  readonly analyses: readonly SourceFile[]
  /** Markdown files: they may hold docs blocks. */
  readonly docs: readonly SourceFile[]
  readonly properties: readonly PropertyFile[]
  /** `on-run-start` and `on-run-end`, not rendered. */
  readonly runHooks: Readonly<Record<OperationKind, ConfigEntry | undefined>>
  /** Keys of assay.yml that this version accepts and does nothing with. */
  readonly notApplied: readonly NotApplied[]
}

/** An installed package: its files are those of the project, in paths that lead to where it lies. */
export interface Package extends ProjectContent {
  /** Relative to the project, with a slash at its end: `node_modules/crm/`. */
  readonly folder: string
  /** Its models are read by its own nodes only, but for public ones. */
  readonly isRestricted: boolean
  /** Names of the packages it asks for. */
  readonly requires: readonly string[]
}

/** Where macros called by the name of a namespace are looked for, in order. */
export interface DispatchRule {
  readonly namespace: string
  readonly searchOrder: readonly string[]
}

export interface Project extends ProjectContent {
  /** Absolute. */
  readonly root: string
  readonly target: Target
  /** Names of all targets of assay.yml. */
  readonly targetNames: readonly string[]
  /** The databases that targets of assay.yml are on, as far as they are written out; each once. */
  readonly targetTypes: readonly AdapterName[]
  /** assay.yml's vars with `--vars` over them. */
  readonly vars: JsonObject
  /** The process's environment over the project's `.env`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute folder that a run writes to. Default `target`. */
  readonly targetPath: string
  /** Relative folders and files that `clean` removes. Default: the target path. */
  readonly cleanTargets: readonly string[]
  readonly retention: Retention
  /** Of selectors.yml. */
  readonly selectors: readonly SelectorEntry[]
  /** Installed packages, each once, in order of their names. */
  readonly packages: readonly Package[]
  readonly dispatch: readonly DispatchRule[]
  /** `query-comment`, not rendered; left out: it is not said. */
  readonly queryComment?: ConfigEntry
}

/** One selector as it is written; `select/` reads its definition. */
export interface SelectorEntry {
  readonly name: string
  readonly isDefault: boolean
  readonly definition: PlacedValue
  /** All of it, for the manifest. */
  readonly json: JsonObject
  readonly span: SourceSpan
}

/** How long the ledger remembers. */
export interface Retention {
  readonly runsMs: number
  /** Of the change feeds. */
  readonly changesMs: number
}

export interface NotApplied {
  readonly key: string
  readonly span: SourceSpan
}

export interface SourceFile {
  /** Relative to the project, forward slashes. */
  readonly path: string
  /** Relative to the kind's root folder (`models/`, `seeds/`), for the fqn. */
  readonly pathInKind: string
  readonly text: string
  /** SHA-256 of the text, hex. */
  readonly checksum: string
}

export type ConfigTreeName =
  | 'models'
  | 'seeds'
  | 'snapshots'
  | 'sources'
  | 'data_tests'
  | 'unit_tests'
  | 'analyses'
  | 'exposures'

/** The configs under `models:` and its siblings: the node's own first, then one level of folders down. */
export interface ConfigTree {
  /** Keys without their `+`. */
  readonly configs: Readonly<Record<string, ConfigEntry>>
  readonly children: Readonly<Record<string, ConfigTree>>
  readonly span: SourceSpan
}

export interface ConfigEntry {
  readonly value: Json
  /** As it was written, where it is rendered from a template: the same on every target. */
  readonly unrendered?: Json
  readonly span: SourceSpan
  /** Of each item of a list of hooks, which are templates of their own. */
  readonly itemSpans?: readonly SourceSpan[]
}

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
  readonly macros: readonly MacroProperties[]
  readonly unitTests: readonly UnitTestEntry[]
  readonly exposures: readonly ExposureEntry[]
  /** Descriptions that hold a template: rendered when all docs blocks are known. */
  readonly descriptions: readonly PlacedText[]
  /** Sections that this version accepts and does nothing with. */
  readonly notApplied: readonly NotApplied[]
}

export interface ModelProperties {
  /** Of one version of a model: `orders.v2`. */
  readonly name: string
  readonly span: SourceSpan
  readonly description: string
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
  readonly dimensions: readonly string[]
  readonly filters: readonly string[]
  /** Of a metric that is no ratio. */
  readonly measure: MeasureEntry
  readonly numerator: MeasureEntry | undefined
  readonly denominator: MeasureEntry | undefined
  readonly tags: readonly string[]
  readonly meta: JsonObject
}

export interface MeasureEntry {
  readonly agg: string | undefined
  readonly expr: string | undefined
  readonly filters: readonly string[]
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

export interface PlacedText {
  readonly text: string
  readonly span: SourceSpan
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
  readonly loader?: string
  readonly config: Readonly<Record<string, ConfigEntry>>
  readonly tables: readonly SourceTable[]
}

export interface SourceTable {
  readonly name: string
  readonly span: SourceSpan
  /** Default: the name of the table. */
  readonly identifier: string
  readonly description: string
  readonly loader?: string
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
