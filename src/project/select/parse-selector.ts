/** The text of a selector to its criteria: `+stg_orders,tag:daily other` is a union of intersections. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import type { IndirectSelection } from '../../core/settings/indirect-selection.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { choicesOf, type Method, methods } from './methods.ts'

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
  /** Left out: as the whole selection. */
  readonly indirectSelection?: IndirectSelection
}

/** Outer list: union (space). Inner list: intersection (comma). */
export type Selector = readonly (readonly Criterion[])[]

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
  const match = /^(@)?(?:(\d*)\+)?(?:(\w+)(?:\.([\w.-]+))?:)?(.*?)(?:\+(\d*))?$/.exec(text)
  const value = match?.[5] ?? ''
  if (match === null || value === '') {
    return invalid(`expected [@][N+][method:]value[+[N]], found "${text}"`)
  }
  const isClosed = match[1] !== undefined
  if (isClosed && match[6] !== undefined) return bothAtAndPlus(text)
  const checked = checkedMethod(match[3] ?? defaultMethod(value), { argument: match[4], value })
  if ('code' in checked) return checked
  return {
    text,
    ...checked,
    ancestors: depthOf(match[2]),
    descendants: depthOf(match[6]),
    isClosed,
  }
}

export function bothAtAndPlus(text: string): Diagnostic {
  return invalid(
    `expected "@" or a trailing "+", found both in "${text}"`,
    '"@" already takes all descendants',
  )
}

type Target = Pick<Criterion, 'method' | 'argument' | 'value'>

/** How a hint writes the method or the value that is meant. */
export type Spelling = (method: string, value: string, wrong: 'method' | 'value') => string

const asText: Spelling = (method, value) => `${method}:${value}`

/** A method that exists, with an argument if it takes one, and a value it knows. */
export function checkedMethod(
  name: string,
  { argument, value }: { readonly argument: string | undefined; readonly value: string },
  spelling: Spelling = asText,
): Target | Diagnostic {
  const method = methods.find((candidate) => candidate === name)
  if (method === undefined) {
    const nearest = nearestName(name, methods)
    return invalid(
      `expected a selection method, found "${name}"`,
      nearest === undefined
        ? `there are ${methods.join(', ')}`
        : `did you mean "${spelling(nearest, value, 'method')}"?`,
    )
  }
  if (method === 'config' && argument === undefined) {
    return invalid(`expected "config.<key>:<value>", found "config:${value}"`)
  }
  const choices = choicesOf[method]
  if (choices !== undefined && !choices.includes(value)) {
    const nearest = nearestName(value, choices)
    const known = choices.map((each) => `"${each}"`).join(', ')
    return invalid(
      `expected ${choices.length === 1 ? known : `one of ${known}`} for ${method}, found "${value}"`,
      nearest === undefined ? undefined : `did you mean "${spelling(method, nearest, 'value')}"?`,
    )
  }
  return { method, argument: argument ?? '', value }
}

/** As in dbt: a slash means a path, a known ending a file. */
function defaultMethod(value: string): Method {
  if (value.includes('/')) return 'path'
  return /\.(sql|csv|ts|py)$/.test(value) ? 'file' : 'fqn'
}

function depthOf(text: string | undefined): number {
  if (text === undefined) return 0
  return text === '' ? Number.POSITIVE_INFINITY : Number(text)
}

function invalid(message: string, hint?: string): Diagnostic {
  return errorDiagnostic({ code: 'invalid-selector', message, hint })
}
