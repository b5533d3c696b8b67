/** A project folder as data: what `readProject` gives and `parseProject` takes. */
import type { SourceSpan } from '../../core/diagnostic.ts'
import type { OperationKind } from '../../core/node/hook.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ServeSettings } from '../../core/settings/serve-settings.ts'
import type { AdapterName, Target } from '../../core/target.ts'
import type { CompiledModule } from '../typescript/module.ts'
import type { PlacedValue } from './yaml/placed-value.ts'
import type { ConfigEntry, ConfigTreeName, ConfigTree, NotApplied } from './config-entry.ts'
import type { PropertyFile } from './properties/property-file.ts'

/** What a project and a package are both made of. */
export interface ProjectContent {
  readonly name: string
  readonly version: string
  readonly vars: JsonObject
  readonly configTrees: Readonly<Record<ConfigTreeName, ConfigTree>>
  /** `.sql` and `.ts`. */
  readonly models: readonly SourceFile[]
  readonly seeds: readonly SourceFile[]
  /** SQL files of the snapshot folders; others are models that say `materialized="snapshot"`. */
  readonly snapshots: readonly SourceFile[]
  /** `.sql` and `.ts`. */
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
  /** TypeScript files, of packages too, by their path. */
  readonly modules: ReadonlyMap<string, CompiledModule>
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
  /** Where batches, dead letters and loaded files are kept; relative to the project, or absolute. */
  readonly loadPath: string
  /** Left out: nobody asked for it. Holds secrets. */
  readonly serve?: ServeSettings
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
  /** Of batches that are loaded, and of source files that were put away; undefined: for ever. */
  readonly archiveMs: number | undefined
  /** Of dead letters, in files and in the ledger; undefined: for ever. */
  readonly deadLettersMs: number | undefined
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
