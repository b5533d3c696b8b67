/** Checks the statements of a template or macro body, with the names that are in scope at each. */
import { never } from '../../../core/never.ts'
import { signatureOf } from '../helpers/signatures.ts'
import { type Block, calleeName, type Program, type Statement } from '../syntax/syntax-tree.ts'
import { checkCall, checkPath } from './check-expression.ts'
import { type Checker, type CheckScope, isCallable, reservedReason } from './check-scope.ts'

export function checkProgram(checker: Checker, program: Program, scope: CheckScope): void {
  for (const statement of program) checkStatement(checker, statement, scope)
}

function checkStatement(checker: Checker, statement: Statement, scope: CheckScope): void {
  switch (statement.kind) {
    case 'text':
      return
    case 'print':
      checkPrint(checker, statement, scope)
      return
    case 'block':
      checkBlock(checker, statement, scope)
      return
    case 'partial':
      checkPartial(checker, statement, scope)
      return
    case 'unsupported':
      checker.report(statement.range, {
        code: 'template-syntax',
        message: `expected a tag of the template language, found ${statement.what}`,
        hint: statement.hint,
      })
      return
    default:
      never(statement)
  }
}

function checkPrint(
  checker: Checker,
  { call }: Statement & { readonly kind: 'print' },
  scope: CheckScope,
): void {
  const { callee } = call
  const name = calleeName(call)
  const isBare = call.args.length === 0 && call.named.length === 0
  if (isBare && callee.kind === 'literal') return
  if (isBare && callee.kind === 'path' && (name === undefined || !isCallable(checker, name))) {
    checkPath(checker, callee, scope)
    return
  }
  checkCall(checker, call, scope, 'print')
}

function checkPartial(
  checker: Checker,
  { name, range }: Statement & { readonly kind: 'partial' },
  scope: CheckScope,
): void {
  if (name !== '@partial-block') {
    checker.report(range, {
      code: 'template-syntax',
      message: `expected {{> @partial-block}}, found the partial "${name}"`,
      hint: `write a macro in macros/*.sql and call it: {{${name}}}`,
    })
    return
  }
  if (scope.isInMacro) return
  checker.report(range, {
    code: 'template-syntax',
    message: 'expected {{> @partial-block}} inside a macro, found it outside',
  })
}

function checkBlock(checker: Checker, block: Block, scope: CheckScope): void {
  const name = calleeName(block.call)
  if (name === 'macro' || name === 'test') {
    checker.report(block.opening, {
      code: 'template-syntax',
      message: `expected {{#${name}}} at the top level of a macro file, found it here`,
      hint: name === 'macro' ? 'move it to macros/*.sql' : 'move it to tests/generic/*.sql',
    })
    return
  }
  checkCall(checker, block.call, scope, 'block')
  checkSubject(checker, block, name)
  checkParameters(checker, block, name)
  const inner = { ...scope, isTop: false }
  checkProgram(checker, block.body, innerScope(checker, block, inner))
  if (block.otherwise !== undefined) checkProgram(checker, block.otherwise, inner)
}

/** What a `new_rows` reads is in the database: nothing can be asked of it here. */
function checkSubject(checker: Checker, { call }: Block, name: string | undefined): void {
  const [argument] = call.args
  const isAsked = name === 'if' || name === 'unless' || name === 'each' || name === 'with'
  if (!isAsked || argument?.kind !== 'call') return
  const callee = calleeName(argument)
  if (callee !== 'new_rows' && callee !== 'touched_keys') return
  checker.report(argument.range, {
    code: 'wrong-arguments',
    message: `expected a value for {{#${name}}}, found ${callee}, which stands for a query`,
    hint: `write it where a table may stand: from {{${callee} ..}} as n`,
  })
}

function innerScope(checker: Checker, block: Block, scope: CheckScope): CheckScope {
  const name = calleeName(block.call) ?? ''
  const names = new Set([...scope.names, ...block.parameters])
  switch (name) {
    case 'each':
      return { ...scope, names, hasElement: true, isInLoop: true }
    case 'with':
      return { ...scope, names, hasElement: true }
    case 'let':
      for (const { key, range } of block.call.named) {
        const reason = reservedReason(checker.library, key)
        if (reason !== undefined) reportReserved(checker, range, 'a name of its own', reason)
        names.add(key)
      }
      return { ...scope, names }
    default:
      return { ...scope, names }
  }
}

function reportReserved(
  checker: Checker,
  range: Block['opening'],
  expected: string,
  reason: string,
): void {
  checker.report(range, {
    code: 'reserved-name',
    message: `expected ${expected}, found ${reason}`,
    hint: 'choose another name',
  })
}

/** `as |x i|`, and whether `{{else}}` may follow. */
function checkParameters(checker: Checker, block: Block, name: string | undefined): void {
  const signature = name === undefined ? undefined : signatureOf(name)
  const shown = name ?? ''
  const most = signature?.parameters ?? 0
  if (block.parameters.length > most) {
    const expected = most === 0 ? 'no names' : `at most ${most} name${most === 1 ? '' : 's'}`
    checker.report(block.opening, {
      code: 'wrong-arguments',
      message: `expected ${expected} between the bars of {{#${shown}}}, found ${block.parameters.length}`,
      hint: signature === undefined ? undefined : `write ${signature.usage}`,
    })
  }
  for (const parameter of block.parameters) {
    const reason = reservedReason(checker.library, parameter)
    if (reason === undefined) continue
    reportReserved(
      checker,
      parameterRange(checker, block, parameter),
      'a block parameter with a name of its own',
      reason,
    )
  }
  if (block.otherwise === undefined || signature?.hasElse === true) return
  checker.report(block.opening, {
    code: 'wrong-arguments',
    message: `expected no {{else}} in {{#${shown}}}, found one`,
  })
}

/** The tree does not say where a block parameter stands. */
function parameterRange(checker: Checker, { opening }: Block, name: string): Block['opening'] {
  const tag = checker.source.text.slice(opening.start, opening.end)
  const bars = tag.lastIndexOf('as |')
  const found = /\S+/g
  found.lastIndex = bars + 4
  for (let match = found.exec(tag); match !== null; match = found.exec(tag)) {
    const word = match[0].replace(/\|.*$/, '')
    const start = opening.start + match.index
    if (word === name) return { start, end: start + name.length }
  }
  return opening
}
