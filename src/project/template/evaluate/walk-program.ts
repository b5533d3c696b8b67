/** Walks the statements of a template in order: text and printed values go to the writer, blocks to their walkers. */
import { never } from '../../../core/never.ts'
import { signatureOf } from '../helpers/signatures.ts'
import { calleeName, type Program, type Statement } from '../syntax/syntax-tree.ts'
import type { Evaluator, Frame, Liveness, Writer } from './evaluation.ts'
import { findMacro } from './calls/find-macro.ts'
import { selectVariant } from './calls/select-variant.ts'
import { describeValue, printed, type Value } from './value.ts'
import { walkBlock } from './walk-block.ts'

export function walkProgram(
  evaluator: Evaluator,
  program: Program,
  frame: Frame,
  writer: Writer,
): void {
  for (const statement of program) {
    if (evaluator.host.isStopped() || hasReturned(evaluator, frame)) return
    walkStatement(evaluator, statement, frame, writer)
  }
}

/** What stands behind a `return` is not rendered; for its refs it is walked all the same. */
function hasReturned({ host }: Evaluator, { results }: Frame): boolean {
  return !host.walksAllBranches && results?.returned !== undefined
}

function walkStatement(
  evaluator: Evaluator,
  statement: Statement,
  frame: Frame,
  writer: Writer,
): void {
  switch (statement.kind) {
    case 'text': {
      const place = { offset: statement.range.start, callers: frame.callers }
      writer.literal(statement.text, frame.source, place)
      return
    }
    case 'print':
      walkPrint(evaluator, statement, frame, writer)
      return
    case 'block':
      walkBlock(evaluator, statement, frame, writer)
      return
    case 'partial':
      walkPartial(evaluator, statement, frame, writer)
      return
    case 'unsupported':
      // The check has refused it.
      return
    default:
      never(statement)
  }
}

function walkPrint(
  evaluator: Evaluator,
  statement: Statement & { readonly kind: 'print' },
  frame: Frame,
  writer: Writer,
): void {
  const { call } = statement
  const { host } = evaluator
  const name = calleeName(call)
  const variants = findMacro(evaluator, frame, name)
  const definition =
    variants === undefined ? undefined : selectVariant(variants, host.environment.adapter)
  if (definition !== undefined) {
    const given = evaluator.callMacro({ definition, call, block: undefined }, frame, writer)
    if (given !== undefined) printValue(evaluator, given, { statement, frame, writer })
    return
  }
  const signature = name === undefined ? undefined : signatureOf(name)
  const isCall =
    signature !== undefined ||
    variants !== undefined ||
    call.args.length > 0 ||
    call.named.length > 0
  const value = evaluator.evaluate(isCall ? call : call.callee, frame)
  if (signature?.form !== 'statement') printValue(evaluator, value, { statement, frame, writer })
}

function printValue(
  evaluator: Evaluator,
  value: Value,
  at: { readonly statement: Statement; readonly frame: Frame; readonly writer: Writer },
): void {
  const text = printed(value)
  if (text !== undefined) {
    at.writer.printed(text, at.frame, at.statement.range)
    return
  }
  evaluator.host.report(
    {
      code: 'not-printable',
      message: `expected text, a number, a boolean or a relation to print, found ${describeValue(value)}`,
      hint: Array.isArray(value) ? 'print its items with {{#each}} or (join xs ", ")' : undefined,
    },
    at.frame,
    at.statement.range,
  )
}

function walkPartial(
  evaluator: Evaluator,
  statement: Statement & { readonly kind: 'partial' },
  frame: Frame,
  writer: Writer,
): void {
  const { block } = frame
  if (block === undefined) {
    evaluator.host.report(
      { code: 'wrong-arguments', message: 'expected a block for {{> @partial-block}}, found none' },
      frame,
      statement.range,
    )
    return
  }
  const liveness: Liveness = frame.liveness === 'certain' ? block.frame.liveness : frame.liveness
  evaluator.walk(block.program, { ...block.frame, liveness }, writer)
}
