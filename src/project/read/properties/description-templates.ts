/** The descriptions of a properties file that hold a template, each with its place. */
import type { PlacedText } from '../config-entry.ts'
import { laterSections } from '../settings/not-applied.ts'
import { type PlacedEntry, type PlacedValue, textOf } from '../yaml/placed-value.ts'

/** What lies below them is data, or described nowhere. */
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

export function descriptionTemplates(value: PlacedValue | undefined): readonly PlacedText[] {
  if (value === undefined || value.kind === 'scalar') return []
  if (value.kind === 'list') return value.items.flatMap(descriptionTemplates)
  const own = textOf(value, 'description')
  const entry = value.entries.find(({ key }) => key === 'description')
  const isTemplate = own !== undefined && /\{[{%#]/.test(own)
  return [
    ...(isTemplate && entry !== undefined ? [{ text: own, span: entry.value.span }] : []),
    ...value.entries.filter(isLookedInto).flatMap((each) => descriptionTemplates(each.value)),
  ]
}

function isLookedInto({ key }: PlacedEntry): boolean {
  return !notLookedInto.has(key)
}
