/** YAML as data that remembers where each key and value stands. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { Json } from '../../../core/json.ts'

export type Scalar = null | boolean | number | string

export type PlacedValue = PlacedScalar | PlacedList | PlacedMap

export interface PlacedScalar {
  readonly kind: 'scalar'
  readonly value: Scalar
  readonly span: SourceSpan
  /** As written or rendered, where that is not how the value prints: a password `007` is no 7. */
  readonly text?: string
  /** The template it was rendered from. */
  readonly template?: string
}

export interface PlacedList {
  readonly kind: 'list'
  readonly items: readonly PlacedValue[]
  readonly span: SourceSpan
}

export interface PlacedMap {
  readonly kind: 'map'
  readonly entries: readonly PlacedEntry[]
  readonly span: SourceSpan
}

export interface PlacedEntry {
  readonly key: string
  readonly keySpan: SourceSpan
  readonly value: PlacedValue
}

export function toJson(placed: PlacedValue): Json {
  if (placed.kind === 'scalar') return placed.value
  if (placed.kind === 'list') return placed.items.map(toJson)
  return toJsonObject(placed)
}

/** Templates as they were written; undefined when nothing in it is one. */
export function unrenderedJson(placed: PlacedValue): Json | undefined {
  return holdsTemplate(placed) ? withTemplates(placed) : undefined
}

function holdsTemplate(placed: PlacedValue): boolean {
  if (placed.kind === 'scalar') return placed.template !== undefined
  if (placed.kind === 'list') return placed.items.some(holdsTemplate)
  return placed.entries.some(({ value }) => holdsTemplate(value))
}

function withTemplates(placed: PlacedValue): Json {
  if (placed.kind === 'scalar') return placed.template ?? placed.value
  if (placed.kind === 'list') return placed.items.map(withTemplates)
  return Object.fromEntries(placed.entries.map(({ key, value }) => [key, withTemplates(value)]))
}

export function toJsonObject(map: PlacedMap): Readonly<Record<string, Json>> {
  // `fromEntries` defines a key named `__proto__` as a plain one.
  return Object.fromEntries(map.entries.map((entry) => [entry.key, toJson(entry.value)]))
}

export function entryOf(placed: PlacedValue | undefined, key: string): PlacedEntry | undefined {
  if (placed?.kind !== 'map') return undefined
  return placed.entries.find((entry) => entry.key === key)
}

/** The value under a key; undefined when there is none, or nothing is written behind it. */
export function valueOf(placed: PlacedValue | undefined, key: string): PlacedValue | undefined {
  const value = entryOf(placed, key)?.value
  return value?.kind === 'scalar' && value.value === null ? undefined : value
}

/** The text under a key; a number or boolean is given as it would be printed. */
export function textOf(placed: PlacedValue | undefined, key: string): string | undefined {
  const value = valueOf(placed, key)
  return value?.kind === 'scalar' ? printed(value) : undefined
}

export function itemsOf(placed: PlacedValue | undefined, key: string): readonly PlacedValue[] {
  const value = valueOf(placed, key)
  return value?.kind === 'list' ? value.items : []
}

export function entriesOf(placed: PlacedValue | undefined): readonly PlacedEntry[] {
  return placed?.kind === 'map' ? placed.entries : []
}

/** One text or a list of texts, as a list. */
export function textsOf(placed: PlacedValue | undefined, key: string): readonly string[] {
  return placedTextsOf(placed, key).map(({ text }) => text)
}

/** Likewise, each with its place. */
export function placedTextsOf(
  placed: PlacedValue | undefined,
  key: string,
): readonly { readonly text: string; readonly span: SourceSpan }[] {
  const value = valueOf(placed, key)
  if (value === undefined || value.kind === 'map') return []
  const items = value.kind === 'list' ? value.items : [value]
  return items.flatMap((item) =>
    item.kind === 'scalar' ? [{ text: printed(item), span: item.span }] : [],
  )
}

function printed(scalar: PlacedScalar): string {
  return scalar.text ?? String(scalar.value)
}

export function placedScalar(value: Scalar, span: SourceSpan, text: string): PlacedScalar {
  const isPlain = typeof value === 'string' || String(value) === text
  return isPlain ? { kind: 'scalar', value, span } : { kind: 'scalar', value, span, text }
}
