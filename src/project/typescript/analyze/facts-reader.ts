/** What reading facts off a file shares: its syntax, and where its faults go. */
import type { AnyNode } from 'acorn'
import {
  type Diagnostic,
  errorDiagnostic,
  nearestName,
  type SourceSpan,
} from '../../../core/diagnostic.ts'
import type { Folded, FoldedEntry } from './fold.ts'
import type { Syntax } from './syntax.ts'

export interface FactsReader {
  readonly syntax: Syntax
  readonly faults: Diagnostic[]
  /** Where a fault is shown whose place nobody wrote. */
  readonly top: SourceSpan
}

export function placeOf({ syntax, top }: FactsReader, node: AnyNode): SourceSpan {
  return syntax.spanOf(node) ?? top
}

export function report(
  reader: FactsReader,
  node: AnyNode,
  fault: Pick<Diagnostic, 'code' | 'message'> & { readonly hint?: string | undefined },
): void {
  reader.faults.push(errorDiagnostic({ ...fault, span: placeOf(reader, node) }))
}

/** Entries of an object literal whose keys are all among those allowed; undefined: it was at fault. */
export function entriesOf(
  reader: FactsReader,
  object: Folded,
  { of, allowed }: { readonly of: string; readonly allowed: readonly string[] },
): ReadonlyMap<string, FoldedEntry> | undefined {
  if (object.kind !== 'object') {
    report(reader, object.node, {
      code: 'invalid-value',
      message: `expected an object with ${allowed.join(', ')} for ${of}, found ${describe(object)}`,
    })
    return undefined
  }
  for (const [key, { node }] of object.entries) {
    if (allowed.includes(key)) continue
    const nearest = nearestName(key, allowed)
    report(reader, node, {
      code: 'unknown-key',
      message: `expected a key of ${of}, found "${key}"`,
      hint:
        nearest === undefined ? `its keys are ${allowed.join(', ')}` : `did you mean "${nearest}"?`,
    })
  }
  return object.entries
}

export function describe(value: Folded): string {
  switch (value.kind) {
    case 'scalar':
      return typeof value.value === 'string' ? `"${value.value}"` : String(value.value)
    case 'list':
      return 'a list'
    case 'object':
      return 'an object'
    case 'unknown':
      return 'what only running it would tell'
  }
}

/** A text; undefined: there is none, or it was at fault. */
export function textOf(
  reader: FactsReader,
  entry: FoldedEntry | undefined,
  of: string,
): string | undefined {
  if (entry === undefined) return undefined
  const { value } = entry
  if (value.kind === 'scalar' && typeof value.value === 'string') return value.value
  report(reader, value.node, {
    code: 'invalid-value',
    message: `expected a text for ${of}, found ${describe(value)}`,
    ...(value.kind === 'unknown'
      ? { hint: 'write it out: it is read without running the file' }
      : {}),
  })
  return undefined
}
