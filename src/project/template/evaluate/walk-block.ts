/** Walks a block: conditions, loops, scopes, and macros called with a block. */
import { never } from '../../../core/never.ts'
import { type BlockName, isBlock, isHelper } from '../helpers/signatures.ts'
import { type Block, calleeName, type Program } from '../syntax/syntax-tree.ts'
import type { Evaluator, Frame, Liveness, Writer } from './evaluation.ts'
import { findMacro } from './calls/find-macro.ts'
import { selectVariant } from './calls/select-variant.ts'
import {
  describeValue,
  isDict,
  isList,
  isUnknown,
  later,
  madeOf,
  nothing,
  truthOf,
  type Value,
} from './value.ts'
import { nowhere } from './writers.ts'

/** A block on its way: where it stands and where its text goes. */
interface Walk {
  readonly evaluator: Evaluator
  readonly block: Block
  readonly frame: Frame
  readonly writer: Writer
}

export function walkBlock(evaluator: Evaluator, block: Block, frame: Frame, writer: Writer): void {
  const walk = { evaluator, block, frame, writer }
  const name = calleeName(block.call)
  if (name !== undefined && isHelper(name)) {
    if (isBlock(name)) walkHelper(walk, name)
    return
  }
  callWithBlock(walk, name)
}

function walkHelper(walk: Walk, name: BlockName): void {
  switch (name) {
    case 'if':
      walkCondition(walk, truthOf(argumentOf(walk)))
      return
    case 'unless': {
      const truth = truthOf(argumentOf(walk))
      walkCondition(walk, truth === undefined ? undefined : !truth)
      return
    }
    case 'each':
      walkEach(walk, argumentOf(walk))
      return
    case 'with':
      walkWith(walk, argumentOf(walk))
      return
    case 'let':
      walkLet(walk)
      return
    default:
      never(name)
  }
}

function argumentOf({ evaluator, block, frame }: Walk): Value {
  const [argument] = block.call.args
  return argument === undefined ? nothing : evaluator.evaluate(argument, frame)
}

function walkCondition(walk: Walk, truth: boolean | undefined): void {
  walkBranch(walk, { program: walk.block.body, isTaken: truth, frame: walk.frame })
  walkElse(walk, truth === undefined ? undefined : !truth)
}

function walkElse(walk: Walk, isTaken: boolean | undefined): void {
  walkBranch(walk, { program: walk.block.otherwise ?? [], isTaken, frame: walk.frame })
}

/** A branch that may not be taken is walked for its refs only. */
function walkBranch(
  { evaluator, writer, block }: Walk,
  branch: {
    readonly program: Program
    readonly isTaken: boolean | undefined
    readonly frame: Frame
  },
): void {
  const { program, isTaken, frame } = branch
  if (isTaken === true) {
    evaluator.walk(program, frame, writer)
    return
  }
  if (!evaluator.host.walksAllBranches || program.length === 0) return
  if (isTaken === undefined) writer.printed(later, frame, block.opening)
  const liveness: Liveness = isTaken === false || frame.liveness === 'dead' ? 'dead' : 'possible'
  evaluator.walk(program, { ...frame, liveness }, nowhere)
}

function walkWith(walk: Walk, value: Value): void {
  const truth = truthOf(value)
  const frame = elementFrame(walk, { value, loop: walk.frame.loop, parameters: [value] })
  walkBranch(walk, { program: walk.block.body, isTaken: truth, frame })
  walkElse(walk, truth === undefined ? undefined : !truth)
}

function walkEach(walk: Walk, items: Value): void {
  const { evaluator, block } = walk
  if (isUnknown(items)) {
    const isTaken = items === nothing ? false : undefined
    walkBranch(walk, { program: block.body, isTaken, frame: anyItem(walk, madeOf(items)) })
    walkElse(walk, isTaken)
    return
  }
  const entries = entriesOf(items)
  if (entries === undefined) {
    const message = `expected a list or a dict for each, found ${describeValue(items)}`
    const range = block.call.args[0]?.range ?? block.opening
    evaluator.host.report({ code: 'wrong-arguments', message }, walk.frame, range)
    return
  }
  for (const [index, [key, value]] of entries.entries()) {
    if (evaluator.host.isStopped()) return
    const isOver = walk.frame.results?.returned !== undefined
    if (isOver && !evaluator.host.walksAllBranches) return
    const loop = { index, key, first: index === 0, last: index === entries.length - 1 }
    const frame = elementFrame(walk, { value, loop, parameters: [value, key] })
    evaluator.walk(block.body, frame, walk.writer)
  }
  if (entries.length === 0) {
    walkBranch(walk, { program: block.body, isTaken: false, frame: anyItem(walk, nothing) })
  }
  walkElse(walk, entries.length === 0)
}

/** null counts as empty. */
function entriesOf(items: Value): readonly (readonly [string | number, Value])[] | undefined {
  if (items === null) return []
  if (isList(items)) return items.map((item, index) => [index, item] as const)
  return isDict(items) ? Object.entries(items) : undefined
}

function anyItem(walk: Walk, item: typeof later | typeof nothing): Frame {
  const loop: Frame['loop'] = { index: item, key: item, first: item, last: item }
  return elementFrame(walk, { value: item, loop, parameters: [item, item] })
}

function elementFrame(
  { block, frame }: Walk,
  element: {
    readonly value: Value
    readonly loop: Frame['loop']
    readonly parameters: readonly Value[]
  },
): Frame {
  const { value, loop, parameters } = element
  const values = block.parameters.map((name, index) => [name, parameters[index] ?? null] as const)
  const names = values.length === 0 ? frame.names : { values: new Map(values), outer: frame.names }
  return { ...frame, names, element: { value }, loop }
}

function walkLet({ evaluator, block, frame, writer }: Walk): void {
  const values = block.call.named.map(
    ({ key, value }) => [key, evaluator.evaluate(value, frame)] as const,
  )
  const names = { values: new Map(values), outer: frame.names }
  evaluator.walk(block.body, { ...frame, names }, writer)
}

function callWithBlock({ evaluator, block, frame, writer }: Walk, name: string | undefined): void {
  const { environment } = evaluator.host
  const variants = findMacro(evaluator, frame, name)
  const definition =
    variants === undefined ? undefined : selectVariant(variants, environment.adapter)
  if (definition === undefined) {
    // Walks the call as a value, which says what is wrong with it.
    evaluator.evaluate(block.call, frame)
    return
  }
  const inner = { program: block.body, frame }
  evaluator.callMacro({ definition, call: block.call, block: inner }, frame, writer)
}
