/** The text of a selector to its criteria: `+stg_orders,tag:daily other` is a union of intersections. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'

export interface Criterion {
  /** As typed, for messages. */
  readonly text: string
  readonly method: Method
  /** `materialized` in `config.materialized:table`. */
  readonly argument: string
  readonly value: string
  /** How far up: 0 not at all, Infinity all the way. */
  readonly ancestors: number
  readonly descendants: number
  /** `@`: descendants, and all ancestors of those. */
  readonly isClosed: boolean
}

/** Outer list: union (space). Inner list: intersection (comma). */
export type Selector = readonly (readonly Criterion[])[]

const methods = [
  'fqn',
  'tag',
  'path',
  'file',
  'config',
  'source',
  'resource_type',
  'package',
  'test_name',
  'test_type',
] as const
export type Method = (typeof methods)[number]

export function parseSelector(texts: readonly string[]): Result<Selector> {
  const faults: Diagnostic[] = []
  const unions = texts
    .flatMap((text) => text.split(/\s+/))
    .filter((word) => word !== '')
    .map((word) =>
      word.split(',').flatMap((part) => {
        const criterion = parseCriterion(part)
        if ('code' in criterion) faults.push(criterion)
        return 'code' in criterion ? [] : [criterion]
      }),
    )
  return faults.length > 0 ? failure(faults) : success(unions)
}

/** `[@][N+][method[.argument]:]value[+[N]]` */
function parseCriterion(text: string): Criterion | Diagnostic {
  const match = /^(@)?(?:(\d*)\+)?(?:(\w+)(?:\.([\w.]+))?:)?(.*?)(?:\+(\d*))?$/.exec(text)
  const value = match?.[5] ?? ''
  if (match === null || value === '') {
    return invalid(`expected [@][N+][method:]value[+[N]], found "${text}"`)
  }
  const isClosed = match[1] !== undefined
  if (isClosed && match[6] !== undefined) {
    return invalid(
      `expected "@" or a trailing "+", found both in "${text}"`,
      '"@" already takes all descendants',
    )
  }
  const method = methods.find((name) => name === (match[3] ?? defaultMethod(value)))
  if (method === undefined) {
    const nearest = nearestName(match[3] ?? '', methods)
    return invalid(
      `expected a selection method (${methods.join(', ')}), found "${match[3] ?? ''}"`,
      nearest === undefined ? undefined : `did you mean "${nearest}:${value}"?`,
    )
  }
  if (method === 'config' && match[4] === undefined) {
    return invalid(`expected "config.<key>:<value>", found "${text}"`)
  }
  return {
    text,
    method,
    argument: match[4] ?? '',
    value,
    ancestors: depthOf(match[2]),
    descendants: depthOf(match[6]),
    isClosed,
  }
}

function defaultMethod(value: string): Method {
  if (value.includes('/')) return 'path'
  return /\.(sql|csv|ts)$/.test(value) ? 'file' : 'fqn'
}

function depthOf(text: string | undefined): number {
  if (text === undefined) return 0
  return text === '' ? Number.POSITIVE_INFINITY : Number(text)
}

function invalid(message: string, hint?: string): Diagnostic {
  return errorDiagnostic({ code: 'invalid-selector', message, hint })
}
