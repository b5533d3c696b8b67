/** Checks paths and calls: that names exist, that what is called is called rightly. */
import { nearestName } from '../../../core/diagnostic.ts'
import { never } from '../../../core/never.ts'
import { bindArguments } from '../evaluate/calls/bind-arguments.ts'
import { plainNumber } from '../syntax/plain-number.ts'
import { macrosNamed } from '../evaluate/calls/find-macro.ts'
import { selectVariant } from '../evaluate/calls/select-variant.ts'
import { nameHint } from '../name-hint.ts'
import { helperSignatures, signatureOf } from '../helpers/signatures.ts'
import {
  type Call,
  calleeName,
  type Expression,
  type Path,
  plainName,
} from '../syntax/syntax-tree.ts'
import type { MacroDefinition } from '../template.ts'
import { checkHelperCall } from './check-helper-call.ts'
import {
  type Checker,
  type CheckScope,
  isCallable,
  isKnownHelper,
  loopNames,
} from './check-scope.ts'

const exponent = /^-?\d+(?:\.\d+)?e[+-]?\d+$/i

/** Where a call stands: printed, as a value in parentheses, or as the head of a block. */
export type CallForm = 'print' | 'value' | 'block'

function checkExpression(checker: Checker, expression: Expression, scope: CheckScope): void {
  switch (expression.kind) {
    case 'literal':
      return
    case 'path':
      checkPath(checker, expression, scope)
      return
    case 'call':
      checkCall(checker, expression, scope, 'value')
      return
    default:
      never(expression)
  }
}

export function checkCall(checker: Checker, call: Call, scope: CheckScope, form: CallForm): void {
  checkArguments(checker, call, scope)
  const name = calleeName(call)
  if (name !== undefined && isKnownHelper(checker, name)) {
    checkHelperCall(checker, { name, call, form, isTop: scope.isTop, gives: scope.gives })
    return
  }
  const variants = name === undefined ? undefined : macrosNamed(checker.library, name)
  if (variants !== undefined) {
    checkMacroCall(checker, { call, form, variants })
    return
  }
  checkUnknownCall(checker, call, scope)
}

function checkArguments(checker: Checker, call: Call, scope: CheckScope): void {
  for (const argument of call.args) checkExpression(checker, argument, scope)
  for (const { value } of call.named) checkExpression(checker, value, scope)
}

function checkMacroCall(
  checker: Checker,
  {
    call,
    form,
    variants,
  }: {
    readonly call: Call
    readonly form: CallForm
    readonly variants: readonly MacroDefinition[]
  },
): void {
  const definition =
    checker.adapter === undefined ? variants[0] : selectVariant(variants, checker.adapter)
  const name = calleeName(call) ?? variants[0]?.name ?? ''
  if (definition === undefined) {
    const others = variants.map((variant) => variant.adapter).join(' and ')
    checker.report(call.callee.range, {
      code: 'unknown-name',
      message: `expected a variant of "${name}" for ${checker.adapter ?? ''}, found one for ${others}`,
      hint: `write {{#macro "${variants[0]?.name ?? name}" ..}} without adapter=, for all that have no variant of their own`,
    })
    return
  }
  for (const { range, ...fault } of bindArguments(definition, call).faults) {
    checker.report(range, { code: 'wrong-arguments', ...fault })
  }
  if (definition.takesBlock && form !== 'block') {
    checker.report(call.callee.range, {
      code: 'wrong-arguments',
      message: `expected a block for ${name}, which prints {{> @partial-block}}, found none`,
      hint: `write {{#${name} ..}}..{{/${name}}}`,
    })
  }
  if (!definition.takesBlock && form === 'block') {
    checker.report(call.callee.range, {
      code: 'wrong-arguments',
      message: `expected no block for ${name}, which does not print {{> @partial-block}}, found one`,
      hint: `write {{${name} ..}}`,
    })
  }
}

function checkUnknownCall(checker: Checker, call: Call, scope: CheckScope): void {
  const { callee } = call
  const found = callee.kind === 'path' ? callee.original : JSON.stringify(callee.value)
  if (callee.kind === 'path' && (callee.depth > 0 || exponent.test(callee.original))) {
    checkPath(checker, callee, scope)
    return
  }
  checker.report(callee.range, {
    code: 'unknown-name',
    message: `expected the name of a helper or macro, found "${found}"`,
    hint: nameHint({ names: callables(checker), packages: checker.library.views }, found),
  })
}

/** Checks a path that stands for a value. */
export function checkPath(checker: Checker, path: Path, scope: CheckScope): void {
  if (path.depth > 0) {
    checker.report(path.range, {
      code: 'template-syntax',
      message: `expected a name in scope, found the path "${path.original}"`,
      hint: 'name the outer value: {{#let outer=this}} or {{#each xs as |x|}}; @root is the relation',
    })
    return
  }
  switch (path.base) {
    case 'this':
      checkThis(checker, path, scope)
      return
    case 'data':
      checkData(checker, path, scope)
      return
    case 'name':
      checkName(checker, path, scope)
      return
    default:
      never(path.base)
  }
}

function checkThis(checker: Checker, path: Path, scope: CheckScope): void {
  if (scope.hasElement) return
  if (!checker.hasThis) {
    checker.report(path.range, {
      code: 'unknown-name',
      message: 'expected the template of a model for "this", found one that has no relation',
    })
    return
  }
  checkRelationKey(checker, path, path.parts)
}

function checkRelationKey(checker: Checker, path: Path, parts: readonly string[]): void {
  const [key, ...rest] = parts
  if (key === undefined) return
  if (rest.length === 0 && (key === 'schema' || key === 'identifier')) return
  checker.report(path.range, {
    code: 'unknown-name',
    message: `expected schema or identifier of a relation, found "${path.original}"`,
  })
}

function checkData(checker: Checker, path: Path, scope: CheckScope): void {
  const [first = '', second, ...rest] = path.parts
  if (first === 'root') {
    if (second === 'target') checkTargetKey(checker, path, rest)
    else if (second === undefined || second === 'this' || !checker.rootNames.includes(second)) {
      const parts = second === 'this' ? rest : path.parts.slice(1)
      checkThis(checker, { ...path, parts }, { ...scope, hasElement: false })
    }
    return
  }
  if (loopNames.includes(first) && scope.isInLoop) return
  const nearest = nearestName(first, [...loopNames, 'root'])
  const isLoopName = loopNames.includes(first)
  checker.report(path.range, {
    code: 'unknown-name',
    message: isLoopName
      ? `expected "${path.original}" inside {{#each}}, found it outside`
      : `expected @index, @key, @first, @last or @root, found "${path.original}"`,
    hint: isLoopName || nearest === undefined ? undefined : `did you mean "@${nearest}"?`,
  })
}

function checkName(checker: Checker, path: Path, scope: CheckScope): void {
  const [first = '', ...rest] = path.parts
  if (scope.names.has(first)) return
  if (checker.rootNames.includes(first)) {
    if (first === 'target') checkTargetKey(checker, path, rest)
    return
  }
  if (exponent.test(path.original)) {
    checker.report(path.range, {
      code: 'template-syntax',
      message: `expected a plain number, found "${path.original}"`,
      hint: `write ${plainNumber(Number(path.original))}`,
    })
    return
  }
  const name = plainName(path)
  if (name !== undefined && isCallable(checker, name)) {
    const isHelper = isKnownHelper(checker, name)
    checker.report(path.range, {
      code: 'missing-parentheses',
      message: `expected a value, found the ${isHelper ? 'helper' : 'macro'} "${name}" without parentheses`,
      hint: `write (${name}${takesNothing(checker, name) ? '' : ' ..'})`,
    })
    return
  }
  const names = [...scope.names, ...checker.rootNames, ...callables(checker)]
  const elementHint = scope.hasElement ? `a key of the element is this.${path.original}` : undefined
  checker.report(path.range, {
    code: 'unknown-name',
    message: `expected a name in scope, found "${path.original}"`,
    hint: nameHint({ names, packages: checker.library.views }, first) ?? elementHint,
  })
}

/** Whether something can be called with no argument at all. */
function takesNothing(checker: Checker, name: string): boolean {
  const signature = signatureOf(name)
  if (signature !== undefined) return signature.positional[1] === 0
  const definition = macrosNamed(checker.library, name)?.[0]
  return definition === undefined || definition.positional.length + definition.named.length === 0
}

function checkTargetKey(checker: Checker, path: Path, parts: readonly string[]): void {
  const [key] = parts
  if (key === undefined || checker.targetKeys === undefined) return
  if (checker.targetKeys.includes(key)) return
  const nearest = nearestName(key, checker.targetKeys)
  checker.report(path.range, {
    code: 'unknown-name',
    message: `expected ${checker.targetKeys.join(', ')} of target, found "${key}"`,
    hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  })
}

function callables(checker: Checker): readonly string[] {
  const helpers = Object.keys(helperSignatures).filter((name) => isKnownHelper(checker, name))
  return [...helpers, ...checker.library.macros.keys()]
}
