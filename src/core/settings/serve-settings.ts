/** `serve:` of assay.yml, rendered and checked: how the HTTP server is reached, and by whom. */
import type { Diagnostic, SourceSpan } from '../diagnostic.ts'

export const scopes = ['read', 'events', 'select', 'build', 'admin'] as const
/**
 * What a key may do: `read` what is published, send `events`, have an arm `select`ed, `build`, and `admin`: pause, end,
 * budgets.
 */
export type Scope = (typeof scopes)[number]

export interface ApiKey {
  /** Said in logs and audit rows: never the key itself. */
  readonly name: string
  /** A secret: never printed. */
  readonly key: string
  readonly scopes: readonly Scope[]
}

export interface ServeSettings {
  readonly host: string
  /** More names by which it may be asked where no key is needed, e.g. of a proxy before it. */
  readonly hosts: readonly string[]
  /** 0: any that is free. */
  readonly port: number
  /** Several may be valid at once: that is how one is exchanged for another. */
  readonly keys: readonly ApiKey[]
  /** What whoever starts it is to know. */
  readonly warnings: readonly Diagnostic[]
  /** What needs no key; undefined: `read`, where there are no keys and only this machine can ask. */
  readonly anonymous: readonly Scope[] | undefined
  /** Selectors of the models that may be read. */
  readonly relations: readonly string[]
  readonly rateLimit: { readonly requests: number; readonly perMs: number }
  /** Of a request. */
  readonly bodyLimitBytes: number
  /** Origins whose pages may ask; none: those of the server itself. */
  readonly corsOrigins: readonly string[]
  /** How long events wait in files before they are loaded. */
  readonly loadEveryMs: number
  readonly builds: ServeBuilds
  /** undefined: no arm is selected here. */
  readonly bandits: ServeBandits | undefined
  /** How long what is under way may take after the signal to stop. */
  readonly drainTimeoutMs: number
}

/** What a build in the server builds, and when. */
export interface ServeBuilds {
  /** None: everything. */
  readonly select: readonly string[]
  readonly exclude: readonly string[]
  /** Events that were loaded since the last one; undefined: only when it is asked for. */
  readonly afterEvents: number | undefined
  /** Between the end of one and the next that nobody asked for. */
  readonly restMs: number
  readonly isAtomic: boolean
  /** Leaves nodes whose code and inputs are as they were. */
  readonly changed: boolean
}

/** Source tables with the loader `events`, as `<source>.<table>`: the server alone writes to them. */
export interface ServeBandits {
  /** What was selected, and with which probability. */
  readonly selections: PlacedName
  /** Who paused, resumed, ended what, or set a budget; undefined: nobody can. */
  readonly actions: PlacedName | undefined
}

export interface PlacedName {
  readonly text: string
  readonly span: SourceSpan
}

export const noServe: ServeSettings = {
  host: '127.0.0.1',
  hosts: [],
  port: 8080,
  keys: [],
  warnings: [],
  anonymous: undefined,
  relations: [],
  rateLimit: { requests: 1000, perMs: 1000 },
  bodyLimitBytes: 1024 * 1024,
  corsOrigins: [],
  loadEveryMs: 1000,
  builds: {
    select: [],
    exclude: [],
    afterEvents: undefined,
    restMs: 1000,
    isAtomic: false,
    changed: true,
  },
  bandits: undefined,
  drainTimeoutMs: 30_000,
}
