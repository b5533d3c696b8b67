/** Helpers that ask the database while a template is rendered. */
import {
  isRelation,
  isUnknown,
  madeOf,
  nothing,
  referenceOf,
  unknownAmong,
  type Value,
} from '../evaluate/value.ts'
import { spanOf } from '../syntax/source-text.ts'
import type { Question } from '../template.ts'
import { argumentAt, type HelperCall, printedAt, wrongType } from './helper-call.ts'

/** The rows as dicts. The arguments are put together with a space between them. */
export function query(call: HelperCall): Value {
  const unknown = unknownAmong(call.args)
  if (unknown === nothing) return nothing
  if (unknown !== undefined) return call.host.ask(undefined)
  const texts: string[] = []
  for (const [index, value] of call.args.entries()) {
    const text = printedAt(call, index, value)
    if (text === nothing) return nothing
    texts.push(text)
  }
  return call.host.ask({ kind: 'query', sql: texts.join(' '), ...placeOf(call) })
}

/** `name` and `data_type` of each column, in order; of a query in parentheses too. */
export function columns(call: HelperCall): Value {
  const of = argumentAt(call, 0)
  if (isUnknown(of)) return askLater(call, of)
  if (typeof of !== 'string' && !isRelation(of)) {
    return wrongType(call, 'a relation, or a query in parentheses', 0)
  }
  return call.host.ask({ kind: 'columns', of, ...placeOf(call) })
}

export function relationExists(call: HelperCall): Value {
  const relation = argumentAt(call, 0)
  if (isUnknown(relation)) return askLater(call, relation)
  if (!isRelation(relation)) return wrongType(call, 'a relation', 0)
  return call.host.ask({ kind: 'exists', relation, ...placeOf(call) })
}

function askLater(call: HelperCall, value: Value): Value {
  const isNever = isUnknown(value) && referenceOf(value) === undefined && madeOf(value) === nothing
  return isNever ? nothing : call.host.ask(undefined)
}

function placeOf({ call, frame }: HelperCall): Pick<Question, 'span' | 'related'> {
  return { span: spanOf(frame.source, call.range), related: frame.callers }
}
