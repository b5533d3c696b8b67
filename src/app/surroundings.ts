/** What a use case gets from outside and what it gives back: no use case reaches for a global. */
import type { Diagnostic } from '../core/diagnostic.ts'
import type { EventSink } from '../core/event.ts'
import type { JsonObject } from '../core/json.ts'
import type { WarnPolicy } from '../core/settings/warn-policy.ts'
import type { IndirectSelection } from '../core/settings/indirect-selection.ts'
import type { SecretMask } from '../core/settings/secrets.ts'

export interface Surroundings {
  /** Absolute folder the command was typed in. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly emit: EventSink
  /** From --warn-error; left out: warnings are only said. */
  readonly warnings?: WarnPolicy | undefined
  /** Aborted by Ctrl-C: running queries are cancelled and rolled back. */
  readonly signal: AbortSignal
  readonly now: () => Date
  /** A new UUID. */
  readonly newId: () => string
  /** From 0 up to, not including, 1. */
  readonly random: () => number
  /** `0.1.0` */
  readonly version: string
  /** How the command was called, as artifacts keep it under `args`; without secrets. */
  readonly flags: JsonObject
  /** False with `--no-write-json`: no artifact is written. */
  readonly writesJson: boolean
  /** What no output may show; a project's `.env` adds to it. */
  readonly secrets: SecretMask
}

/** 0 fine, 1 work was begun and something failed, 130 interrupted; 2, nothing was begun, is `invalid`. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly exitCode: 0 | 1 | 130; readonly value: T }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }

/** The common flags: which project, which target. */
export interface ProjectOptions {
  readonly projectDir?: string
  readonly target?: string
  /** The text of `--vars`: a YAML or JSON mapping. */
  readonly vars?: string
  readonly threads?: number
  readonly targetPath?: string
  /** Folder of the log file, relative to the project; left out: `logs` in the target folder. */
  readonly logPath?: string
}

export interface SelectionOptions {
  /** Each `--select` argument, its words separated by spaces a union. */
  readonly select: readonly string[]
  readonly exclude: readonly string[]
  /** A selector of selectors.yml, instead of the two. */
  readonly selector?: string
  /** Which tests come along with the nodes. */
  readonly indirectSelection?: IndirectSelection
  /** A folder with the artifacts of another run, for `state:` and its like. */
  readonly state?: string
  readonly resourceTypes: readonly string[]
  readonly excludeResourceTypes: readonly string[]
}

export interface DeferOptions {
  /** What is not built is read where another run has it; left out: it is read in the target. */
  readonly defer?: {
    /** With that run's manifest.json. */
    readonly folder: string
    /** Also what exists in the target. */
    readonly isFavored: boolean
  }
}
