/** The descriptions of a properties file that hold a template, each with its place. */
import type { PlacedText } from '../config-entry.ts'
import { laterSections } from '../settings/not-applied.ts'
import {
  itemsOf,
  type PlacedEntry,
  type PlacedValue,
  textOf,
  valueOf,
} from '../yaml/placed-value.ts'

/** What lies below them is data, or described nowhere; macros have descriptions of their own kind. */
const notLookedInto: ReadonlySet<string> = new Set([
  ...laterSections,
  'anchors',
  'arguments',
  'config',
  'macros',
  'meta',
  'overrides',
  'rows',
])

export function descriptionTemplates(file: PlacedValue | undefined): readonly PlacedText[] {
  if (file === undefined) return []
  const macros = itemsOf(file, 'macros')
  const described = [...macros, ...macros.flatMap((macro) => itemsOf(macro, 'arguments'))]
  return [...templatesBelow(file), ...described.flatMap(ownTemplate)]
}

function templatesBelow(value: PlacedValue): readonly PlacedText[] {
  if (value.kind === 'scalar') return []
  if (value.kind === 'list') return value.items.flatMap(templatesBelow)
  const inside = value.entries.filter(isLookedInto)
  return [...ownTemplate(value), ...inside.flatMap((each) => templatesBelow(each.value))]
}

function ownTemplate(value: PlacedValue): readonly PlacedText[] {
  const text = textOf(value, 'description')
  const span = valueOf(value, 'description')?.span
  if (text === undefined || span === undefined || !/\{[{%#]/.test(text)) return []
  return [{ text, span }]
}

function isLookedInto({ key }: PlacedEntry): boolean {
  return !notLookedInto.has(key)
}
