/** What an expression is worth: literals, paths into values, and calls of helpers and macros. */
import { nearestName } from '../../../core/diagnostic.ts'
import { never } from '../../../core/never.ts'
import { helpers } from '../helpers/helpers.ts'
import { isBlock, isHelper, rootNames } from '../helpers/signatures.ts'
import { type Call, calleeName, type Expression, type Path } from '../syntax/syntax-tree.ts'
import type { Evaluator, Fault, Frame } from './evaluation.ts'
import { findMacro } from './calls/find-macro.ts'
import { selectVariant } from './calls/select-variant.ts'
import {
  describeValue,
  isDict,
  isList,
  isRelation,
  isUnknown,
  madeOf,
  nothing,
  type Value,
} from './value.ts'
import { createTextWriter } from './writers.ts'

export function evaluateExpression(
  evaluator: Evaluator,
  expression: Expression,
  frame: Frame,
): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'path':
      return evaluatePath(evaluator, expression, frame)
    case 'call':
      return evaluateCall(evaluator, expression, frame)
    default:
      return never(expression)
  }
}

function evaluateCall(evaluator: Evaluator, call: Call, frame: Frame): Value {
  const { host } = evaluator
  const name = calleeName(call)
  const refuse = (fault: Fault): Value => {
    host.report(fault, frame, call.callee.range)
    return nothing
  }
  if (name !== undefined && isHelper(name)) {
    if (!isBlock(name)) return callHelper(evaluator, { name, call, frame })
    return refuse({
      code: 'wrong-arguments',
      message: `expected a helper that gives a value, found ${name}`,
    })
  }
  const variants = findMacro(evaluator, frame, name)
  if (variants === undefined) {
    const found = call.callee.kind === 'path' ? call.callee.original : String(call.callee.value)
    return refuse({
      code: 'unknown-name',
      message: `expected the name of a helper or macro, found "${found}"`,
    })
  }
  const definition = selectVariant(variants, host.environment.adapter)
  if (definition === undefined) {
    return refuse({
      code: 'unknown-name',
      message: `expected a variant of "${name ?? ''}" for ${host.environment.adapter}, found none`,
    })
  }
  const writer = createTextWriter()
  const given = evaluator.callMacro({ definition, call, block: undefined }, frame, writer)
  if (definition.constant !== undefined) return definition.constant
  return given === undefined ? writer.result() : given
}

function callHelper(
  evaluator: Evaluator,
  input: { readonly name: keyof typeof helpers; readonly call: Call; readonly frame: Frame },
): Value {
  const { name, call, frame } = input
  const args = call.args.map((argument) => evaluator.evaluate(argument, frame))
  const named = new Map(
    call.named.map(({ key, value }) => [key, evaluator.evaluate(value, frame)] as const),
  )
  return helpers[name]({ name, args, named, call, frame, host: evaluator.host })
}

function evaluatePath(evaluator: Evaluator, path: Path, frame: Frame): Value {
  switch (path.base) {
    case 'this':
      return members(evaluator, { path, frame, from: thisValue(evaluator, path, frame) })
    case 'data':
      return dataValue(evaluator, path, frame)
    case 'name': {
      const [first = '', ...rest] = path.parts
      const value = nameValue(evaluator, first, frame)
      if (value !== undefined) return members(evaluator, { path, frame, from: value, parts: rest })
      return unknownName(evaluator, path, frame)
    }
    default:
      return never(path.base)
  }
}

function unknownName(evaluator: Evaluator, path: Path, frame: Frame): Value {
  const message = `expected a name in scope, found "${path.original}"`
  evaluator.host.report({ code: 'unknown-name', message }, frame, path.range)
  return nothing
}

function nameValue(evaluator: Evaluator, name: string, frame: Frame): Value | undefined {
  for (let names = frame.names; names !== undefined; names = names.outer) {
    const value = names.values.get(name)
    if (value !== undefined) return value
  }
  return rootValue(evaluator, name)
}

function rootValue({ host }: Evaluator, name: string): Value | undefined {
  const { environment } = host
  if (name === 'target') return environment.target
  if (name === 'project_name') return environment.rootName ?? environment.projectName
  if (name === 'invocation_id') return host.invocationId()
  if (name === 'batch') return host.batch()
  return name === 'run_started_at' ? host.runStartedAt() : undefined
}

function thisValue(evaluator: Evaluator, path: Path, frame: Frame): Value {
  if (frame.element !== undefined) return frame.element.value
  const relation = evaluator.host.thisRelation()
  if (relation !== undefined) return relation
  const fault = {
    code: 'unknown-name',
    message: 'expected a template of a model or seed for this, found one that has no relation',
  } as const
  evaluator.host.report(fault, frame, path.range)
  return nothing
}

/** `@index` and its like, and `@root` with what can be reached through it. */
function dataValue(evaluator: Evaluator, path: Path, frame: Frame): Value {
  const [first = '', second, ...rest] = path.parts
  if (first !== 'root') {
    return frame.loop?.[first] ?? unknownName(evaluator, path, frame)
  }
  const isRootName = rootNames.some((name) => name === second)
  const value = isRootName && second !== undefined ? rootValue(evaluator, second) : undefined
  if (value !== undefined) return members(evaluator, { path, frame, from: value, parts: rest })
  const from = thisValue(evaluator, path, { ...frame, element: undefined })
  return members(evaluator, { path, frame, from, parts: path.parts.slice(1) })
}

interface MemberRequest {
  readonly path: Path
  readonly frame: Frame
  readonly from: Value
  /** Default: all parts of the path. */
  readonly parts?: readonly string[]
}

function members(evaluator: Evaluator, { path, frame, from, parts }: MemberRequest): Value {
  let value = from
  for (const part of parts ?? path.parts) {
    if (isUnknown(value)) return madeOf(value)
    const keys = keysOf(value)
    const next = keys.includes(part) ? memberOf(value, part) : undefined
    if (next === undefined) {
      const nearest = nearestName(part, keys)
      evaluator.host.report(
        {
          code: 'unknown-name',
          message: `expected a key of ${describeValue(value)}, found "${part}" in "${path.original}"`,
          hint: nearest === undefined ? keyHint(value, part) : `did you mean "${nearest}"?`,
        },
        frame,
        path.range,
      )
      return nothing
    }
    value = next
  }
  return value
}

function keyHint(value: Value, part: string): string | undefined {
  return isDict(value)
    ? `a key that may be absent is read with (lookup .. "${part}")`
    : isRelation(value)
      ? 'a relation has schema and identifier'
      : undefined
}

function keysOf(value: Value): readonly string[] {
  if (isRelation(value)) return ['schema', 'identifier']
  if (isList(value)) return [...value.keys()].map(String)
  return isDict(value) ? Object.keys(value) : []
}

function memberOf(value: Value, part: string): Value | undefined {
  if (isRelation(value)) {
    return part === 'schema' ? value.relation.schema : value.relation.identifier
  }
  if (isList(value)) return value[Number(part)]
  return isDict(value) ? value[part] : undefined
}
