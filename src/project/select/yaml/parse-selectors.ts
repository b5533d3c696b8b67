/** selectors.yml to the selectors it defines; every fault of it with its place. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { SelectorEntry } from '../../read/project.ts'
import { criteriaOf, type YamlSelector } from '../selection.ts'
import { parseDefinition } from './parse-definition.ts'

export function parseSelectors(entries: readonly SelectorEntry[]): Result<readonly YamlSelector[]> {
  const faults: Diagnostic[] = []
  const selectors = entries.map((entry): YamlSelector => {
    const { name, isDefault, definition } = entry
    return { name, isDefault, selection: parseDefinition(definition, faults) }
  })
  faults.push(
    ...twice(entries),
    ...severalDefaults(entries),
    ...unknownNames(entries, selectors),
    ...circles(entries, selectors),
  )
  return faults.length > 0 ? failure(faults) : success(selectors)
}

function twice(entries: readonly SelectorEntry[]): readonly Diagnostic[] {
  const seen = new Map<string, SelectorEntry>()
  return entries.flatMap((entry) => {
    const first = seen.get(entry.name)
    if (first === undefined) seen.set(entry.name, entry)
    if (first === undefined) return []
    return [
      errorDiagnostic({
        code: 'duplicate-name',
        message: `expected each selector once, found "${entry.name}" again`,
        span: entry.span,
        related: [{ message: 'the first one', span: first.span }],
      }),
    ]
  })
}

function severalDefaults(entries: readonly SelectorEntry[]): readonly Diagnostic[] {
  const [first, ...others] = entries.filter(({ isDefault }) => isDefault)
  if (first === undefined) return []
  return others.map(({ name, span }) =>
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected one selector with "default: true", found "${name}" too`,
      span,
      related: [{ message: `"${first.name}" is the default`, span: first.span }],
    }),
  )
}

function namesUsed({ selection }: YamlSelector): readonly string[] {
  return criteriaOf(selection)
    .filter(({ method }) => method === 'selector')
    .map(({ value }) => value)
}

function unknownNames(
  entries: readonly SelectorEntry[],
  selectors: readonly YamlSelector[],
): readonly Diagnostic[] {
  const names = entries.map(({ name }) => name)
  return selectors.flatMap((selector, index) =>
    namesUsed(selector)
      .filter((name) => !names.includes(name))
      .map((name) => {
        const nearest = nearestName(name, names)
        return errorDiagnostic({
          code: 'unknown-selector',
          message: `expected the name of a selector, found "${name}"`,
          span: entries[index]?.span,
          hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
        })
      }),
  )
}

/** A selector that is built of itself, shown whole. */
function circles(
  entries: readonly SelectorEntry[],
  selectors: readonly YamlSelector[],
): readonly Diagnostic[] {
  const uses = new Map(selectors.map((selector) => [selector.name, namesUsed(selector)]))
  const told = new Set<string>()
  const find = (name: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    for (const next of uses.get(name) ?? []) {
      const circle = find(next, [...path, name])
      if (circle !== undefined) return circle
    }
    return undefined
  }
  return entries.flatMap(({ name, span }) => {
    const circle = find(name, [])
    if (circle === undefined || circle.some((each) => told.has(each))) return []
    for (const each of circle) told.add(each)
    return [
      errorDiagnostic({
        code: 'dependency-cycle',
        message: `expected no selector to name itself, found ${circle.join(' -> ')}`,
        span,
      }),
    ]
  })
}
