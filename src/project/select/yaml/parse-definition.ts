/** One definition of selectors.yml to a selection: a text, `{tag: x}`, a full `{method: .., value: ..}`, or a set of these. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import type { SourceSpan } from '../../../core/diagnostic.ts'
import {
  type IndirectSelection,
  indirectSelections,
} from '../../../core/settings/indirect-selection.ts'
import {
  type PlacedEntry,
  type PlacedMap,
  type PlacedValue,
  textOf,
  valueOf,
} from '../../read/yaml/placed-value.ts'
import { methods } from '../methods.ts'
import { bothAtAndPlus, checkedMethod, parseSelector, type Spelling } from '../parse-selector.ts'
import { type Selection, selectionOf } from '../selection.ts'

const nothing: Selection = { kind: 'union', parts: [] }

const fullKeys = [
  'method',
  'value',
  'parents',
  'children',
  'parents_depth',
  'children_depth',
  'childrens_parents',
  'exclude',
] as const

/** Faults are pushed to `faults`, each with its place. */
export function parseDefinition(definition: PlacedValue, faults: Diagnostic[]): Selection {
  if (definition.kind === 'list') {
    faults.push(wrongShape(definition, 'a list; put it under "union" or "intersection"'))
    return nothing
  }
  if (definition.kind === 'scalar') return parseText(definition, faults)
  const [first, ...others] = definition.entries
  if (first === undefined) {
    faults.push(wrongShape(definition, 'an empty map'))
    return nothing
  }
  if (definition.entries.some(({ key }) => key === 'method' || key === 'value')) {
    return parseFull(definition, faults)
  }
  if (others.length > 0) {
    const keys = definition.entries.map(({ key }) => `"${key}"`).join(', ')
    faults.push(wrongShape(definition, `the keys ${keys}`))
    return nothing
  }
  if (first.key === 'union' || first.key === 'intersection') {
    return parseSet(first.key, first, faults)
  }
  return parsePair(first, faults)
}

function parseText(
  { value, text, span }: Extract<PlacedValue, { readonly kind: 'scalar' }>,
  faults: Diagnostic[],
): Selection {
  const parsed = parseSelector([value === null ? '' : (text ?? String(value))])
  if (parsed.ok && parsed.value.length > 0) return selectionOf(parsed.value)
  if (parsed.ok) faults.push(wrongShape({ span }, 'nothing'))
  else faults.push(...parsed.diagnostics.map((fault) => ({ ...fault, span })))
  return nothing
}

/** The members, without those of the one `exclude` that may stand among them. */
function parseSet(
  kind: 'union' | 'intersection',
  { key, keySpan, value }: PlacedEntry,
  faults: Diagnostic[],
): Selection {
  if (value.kind !== 'list') {
    faults.push(wrongShape({ span: keySpan }, `"${key}" without a list`))
    return nothing
  }
  const excludes = value.items.flatMap((item) => excludeOf(item) ?? [])
  for (const surplus of excludes.slice(1)) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected one "exclude" in a set, found another`,
        span: surplus.keySpan,
        hint: 'put all of it into one list',
      }),
    )
  }
  const members = value.items.filter((item) => excludeOf(item) === undefined)
  const parts = members.map((item) => parseDefinition(item, faults))
  return without({ kind, parts }, excludes[0], faults)
}

function excludeOf(item: PlacedValue): PlacedEntry | undefined {
  const only = item.kind === 'map' && item.entries.length === 1 ? item.entries[0] : undefined
  return only?.key === 'exclude' ? only : undefined
}

function without(
  from: Selection,
  exclude: PlacedEntry | undefined,
  faults: Diagnostic[],
): Selection {
  if (exclude === undefined) return from
  const { value, keySpan } = exclude
  if (value.kind !== 'list') {
    faults.push(wrongShape({ span: keySpan }, '"exclude" without a list'))
    return from
  }
  const parts = value.items.map((item) => parseDefinition(item, faults))
  return { kind: 'difference', from, without: { kind: 'union', parts } }
}

function parsePair({ key, keySpan, value }: PlacedEntry, faults: Diagnostic[]): Selection {
  const text = value.kind === 'scalar' && value.value !== null ? printed(value) : undefined
  if (text === undefined) {
    const nearest = nearestName(key, [...methods, 'union', 'intersection', ...fullKeys])
    const found = `"${key}" without a value of its own`
    const hint = nearest === undefined || nearest === key ? undefined : `did you mean "${nearest}"?`
    faults.push(wrongShape({ span: keySpan }, found, hint))
    return nothing
  }
  const [name = '', ...argument] = key.split('.')
  return criterionFrom(
    {
      name,
      argument: argument.join('.'),
      value: text,
      span: keySpan,
      spelling: (method, meant) => `${method}: ${meant}`,
    },
    faults,
  )
}

/** Every key of dbt's. */
function parseFull(map: PlacedMap, faults: Diagnostic[]): Selection {
  const known: ReadonlySet<string> = new Set([...fullKeys, 'indirect_selection'])
  for (const { key, keySpan } of map.entries) {
    if (known.has(key)) continue
    const nearest = nearestName(key, known)
    faults.push(
      errorDiagnostic({
        code: 'unknown-key',
        message: `expected a key of a selector definition, found "${key}"`,
        span: keySpan,
        hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
      }),
    )
  }
  const [method, value] = [textOf(map, 'method'), textOf(map, 'value')]
  if (method === undefined || value === undefined) {
    const missing = method === undefined ? 'method' : 'value'
    const isMisspelt = map.entries.some(({ key }) => nearestName(key, [missing]) !== undefined)
    if (isMisspelt) return nothing
    faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message: `expected the key "${missing}" in a selector definition, found none`,
        span: map.span,
      }),
    )
    return nothing
  }
  const [name = '', ...argument] = method.split('.')
  const from = criterionFrom(
    {
      name,
      argument: argument.join('.'),
      value,
      span: valueOf(map, 'method')?.span ?? map.span,
      spelling: (meant, other, wrong) =>
        wrong === 'method' ? `method: ${meant}` : `value: ${other}`,
      ...relativesOf(map, faults),
      indirectSelection: indirectSelections.find(
        (mode) => mode === textOf(map, 'indirect_selection'),
      ),
    },
    faults,
  )
  return without(
    from,
    map.entries.find(({ key }) => key === 'exclude'),
    faults,
  )
}

function relativesOf(map: PlacedMap, faults: Diagnostic[]): Relatives {
  const isOn = (key: string) => textOf(map, key)?.toLowerCase() === 'true'
  const depth = (key: 'parents' | 'children') => {
    const written = textOf(map, `${key}_depth`)
    if (!isOn(key)) return 0
    return written === undefined ? Number.POSITIVE_INFINITY : Number(written)
  }
  const isClosed = isOn('childrens_parents')
  if (isClosed && isOn('children')) {
    faults.push({
      ...bothAtAndPlus('childrens_parents and children'),
      span: valueOf(map, 'childrens_parents')?.span ?? map.span,
    })
  }
  return { ancestors: depth('parents'), descendants: depth('children'), isClosed }
}

interface Relatives {
  readonly ancestors: number
  readonly descendants: number
  readonly isClosed: boolean
}

interface Written extends Partial<Relatives> {
  readonly name: string
  /** Empty: none. */
  readonly argument: string
  readonly value: string
  readonly span: SourceSpan
  /** As it is written here. */
  readonly spelling: Spelling
  /** What is none of them has been refused by the schema. */
  readonly indirectSelection?: IndirectSelection | undefined
}

function criterionFrom(written: Written, faults: Diagnostic[]): Selection {
  const { name, argument, value, span, spelling } = written
  const target = { argument: argument === '' ? undefined : argument, value }
  const checked = checkedMethod(name, target, spelling)
  if ('code' in checked) {
    faults.push({ ...checked, span })
    return nothing
  }
  const text = `${argument === '' ? name : `${name}.${argument}`}:${value}`
  const { ancestors = 0, descendants = 0, isClosed = false, indirectSelection } = written
  const criterion = { text, ...checked, ancestors, descendants, isClosed }
  return {
    kind: 'criterion',
    criterion: indirectSelection === undefined ? criterion : { ...criterion, indirectSelection },
  }
}

function printed(scalar: Extract<PlacedValue, { readonly kind: 'scalar' }>): string {
  return scalar.text ?? String(scalar.value)
}

function wrongShape(
  { span }: { readonly span: SourceSpan },
  found: string,
  hint = 'for example: {tag: nightly}, {method: tag, value: nightly, children: true}, or {union: [..]}',
): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected a text, one method with its value, or "union" or "intersection", found ${found}`,
    span,
    hint,
  })
}
