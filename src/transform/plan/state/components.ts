/** What a node was built from, as data: kept in the ledger with each publication, compared before the next. */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../../core/json.ts'
import { type Relation, relationKey } from '../../../core/relation.ts'
import { canonicaliserVersion, canonicalSql } from './canonical-sql.ts'
import type { DataVersion } from './data-version.ts'
import { stableHash } from './stable-hash.ts'
import { findUnstable } from './wall-clock.ts'

/** JSON through and through. */
export interface Components {
  /** Of this layout. */
  readonly format: typeof format
  readonly codeKind: 'sql' | 'file'
  /** `canonicaliserVersion` that `code` was made with. */
  readonly canonicaliser: number
  /** Hash of the canonical SQL, or of a seed's file. */
  readonly code: string
  /** Hash of the texts as they are: decides where `canonicaliser` differs. */
  readonly exact: string
  /** Hash of the SQL that the answers of the database made of the code; null: it does not ask, or was not asked. */
  readonly answers: string | null
  /** Stays while the code does, beyond a change of the canonicaliser: what the version of a view is made of. */
  readonly codeVersion: string
  /** What of the config decides what is built. */
  readonly config: JsonObject
  /** By `relationKey`. */
  readonly inputs: Readonly<Record<string, DataVersion>>
  /** What gives another result each time: `now()`, `run_started_at`; null: nothing does. */
  readonly unstable: string | null
  /** The flag that gave it a part of its inputs only; null: it was built from all of them. */
  readonly limit: string | null
}

export interface ComponentInput {
  readonly code: NodeCode | KnownCode
  /** The node's resolved config. */
  readonly config: JsonObject
  /** The statements of its hooks. */
  readonly hooks: readonly string[]
  /** What else of its YAML decides what is built, by a name that no config has; undefined: nothing of the kind. */
  readonly properties: Readonly<Record<string, Json | undefined>>
  readonly relation: Relation
  /** What of the target decides what is built. */
  readonly target: {
    readonly adapter: string
    readonly timezone: string
    /** The database's own settings, which may decide about orders and types. */
    readonly settings: JsonObject
  }
  /** By `relationKey`: every relation that it reads, through ephemeral models too. */
  readonly inputs: ReadonlyMap<string, DataVersion>
}

export type NodeCode =
  | {
      readonly kind: 'sql'
      /** Its renderings: the first run, and for an incremental model the next, with cursor bounds as symbols. */
      readonly texts: readonly string[]
      /**
       * What the answers of the database make of it, for a template that asks: then `texts` is what the template is
       * made of. `notAnswered`: nobody was asked. Left out: it asks nothing.
       */
      readonly answered?: string
      /** False: the template prints `run_started_at` or `invocation_id`. */
      readonly isTemplateStable: boolean
    }
  | {
      readonly kind: 'file'
      readonly checksum: string
      /** Of a generator: what of it gives another result each time; left out: nothing does. */
      readonly unstable?: string | undefined
    }

/** Of SQL that asks nothing: what `makeComponents` made of it before. */
export interface KnownCode extends Pick<Components, 'code' | 'exact' | 'unstable'> {
  readonly kind: 'known'
}

const format = 1

/** `last`: of the newest publication, if there is a record of it. */
export function makeComponents(input: ComponentInput, last: Components | undefined): Components {
  const { code } = input
  const made = code.kind === 'known' ? codeAgain(code) : codeOf(code, last)
  const isKept =
    last !== undefined && compareCode(last, made) === 'same' && last.answers === made.answers
  return {
    format,
    ...made,
    codeVersion: isKept ? last.codeVersion : codeVersionOf(made),
    config: {
      ...withoutDescriptions(input.config),
      ...(input.hooks.length === 0 ? {} : { hooks: stableHash(input.hooks) }),
      ...definedOf(input.properties),
      relation: relationKey(input.relation),
      adapter: input.target.adapter,
      timezone: input.target.timezone,
      ...(Object.keys(input.target.settings).length === 0
        ? {}
        : { settings: input.target.settings }),
    },
    inputs: Object.fromEntries([...input.inputs].sort(([a], [b]) => (a < b ? -1 : 1))),
    unstable: code.kind === 'known' ? code.unstable : unstablePart(code),
    limit: null,
  }
}

function codeAgain({ code, exact }: KnownCode): Code {
  return { codeKind: 'sql', canonicaliser: canonicaliserVersion, code, exact, answers: null }
}

function codeOf(code: NodeCode, last: Components | undefined): Code {
  const texts = code.kind === 'sql' ? code.texts : [code.checksum]
  const exact = stableHash(texts)
  // The canonical text of an unchanged one need not be made again.
  const isSame =
    last?.exact === exact &&
    last.codeKind === code.kind &&
    last.canonicaliser === canonicaliserVersion
  return {
    codeKind: code.kind,
    canonicaliser: canonicaliserVersion,
    code: isSame ? last.code : stableHash(code.kind === 'sql' ? texts.map(canonicalSql) : texts),
    exact,
    answers: answersOf(code),
  }
}

function definedOf(properties: ComponentInput['properties']): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    ),
  )
}

/** In the place of the SQL that the answers would make: nobody was asked. */
export const notAnswered = ''

function answersOf(code: NodeCode): string | null {
  if (code.kind === 'file' || code.answered === undefined || code.answered === notAnswered) {
    return null
  }
  return stableHash(canonicalSql(code.answered))
}

function codeVersionOf({ code, canonicaliser, answers }: Omit<Code, 'codeKind' | 'exact'>): string {
  const parts = [code, canonicaliser]
  return stableHash(answers === null ? parts : [...parts, answers])
}

/** Configs that change no row and no column. One that is not known here counts. */
const descriptions = new Set([
  'tags',
  'meta',
  'docs',
  'enabled',
  'group',
  'access',
  'full_refresh',
  'swap',
  'tolerance',
  'volatile_columns',
  'dead_letters',
  'on_error',
])

function withoutDescriptions(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !descriptions.has(key)))
}

function unstablePart(code: NodeCode): string | null {
  if (code.kind === 'file') return code.unstable ?? null
  if (!code.isTemplateStable) return 'run_started_at or invocation_id'
  return (
    [...code.texts, code.answered ?? ''].map(findUnstable).find((found) => found !== undefined) ??
    null
  )
}

type Code = Pick<Components, 'codeKind' | 'canonicaliser' | 'code' | 'exact' | 'answers'>

/** `unclear`: other texts, and two versions of the canonicaliser that cannot be compared. */
export function compareCode(
  last: Omit<Code, 'answers'>,
  now: Omit<Code, 'answers'>,
): 'same' | 'changed' | 'unclear' {
  if (last.codeKind !== now.codeKind) return 'changed'
  if (last.exact === now.exact) return 'same'
  if (now.codeKind === 'file') return 'changed'
  if (last.canonicaliser !== now.canonicaliser) return 'unclear'
  return last.code === now.code ? 'same' : 'changed'
}

/** As the ledger stores it. */
export function writeComponents(components: Components): string {
  return JSON.stringify(components)
}

/** undefined: there is no record, or it is not one that this version can read. */
export function readComponents(text: string | undefined): Components | undefined {
  const value = text === undefined ? undefined : parseJson(text)
  if (!isJsonObject(value) || value['format'] !== format) return undefined
  const { codeKind, canonicaliser, code, exact, codeVersion, config, inputs, unstable } = value
  // Left out by versions in which no template asked.
  const answers = value['answers'] ?? null
  const limit = value['limit'] ?? null
  if (answers !== null && typeof answers !== 'string') return undefined
  if (limit !== null && typeof limit !== 'string') return undefined
  if (codeKind !== 'sql' && codeKind !== 'file') return undefined
  if (typeof canonicaliser !== 'number') return undefined
  if (typeof code !== 'string' || typeof exact !== 'string') return undefined
  if (typeof codeVersion !== 'string' || !isJsonObject(config)) return undefined
  if (unstable !== null && typeof unstable !== 'string') return undefined
  const versions = textsOf(inputs)
  if (versions === undefined) return undefined
  const hashes = { canonicaliser, code, exact, answers, codeVersion }
  return { format, codeKind, ...hashes, config, inputs: versions, unstable, limit }
}

function textsOf(value: Json | undefined): Readonly<Record<string, string>> | undefined {
  if (!isJsonObject(value) || isJsonArray(value)) return undefined
  const entries = Object.entries(value).flatMap(([key, text]) =>
    typeof text === 'string' ? [[key, text] as const] : [],
  )
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined
}
