/** A finished node to its line: number, status, name, kind, rows, time; below it what went wrong. */
import type { Node } from '../../../core/node.ts'
import { never } from '../../../core/never.ts'
import type { RunResult } from '../../../core/run-result.ts'
import type { Paint } from '../colours.ts'
import { formatCount, formatDuration, plural } from '../counts.ts'
import { kindOf, nameOf } from '../node-name.ts'
import { padEnd, padStart } from '../text-width.ts'

interface FinishedNode {
  readonly node: Node
  readonly result: RunResult
  readonly index: number
  readonly total: number
}

interface LineOptions {
  readonly paint: Paint
  /** Columns of the names, so that lines stand below each other. */
  readonly nameWidth: number
  /** The name of the node, or the reason, that a skipped node was skipped for. */
  readonly cause: string
  /** Tests of the node that passed before it was published. */
  readonly passedTests: number
  /** Tests of the node that were not run. */
  readonly skippedTests: number
}

const statusWidth = 'skipped'.length
const kindWidth = 'incremental'.length
const detailWidth = '100,000 rows'.length

export function nodeLine(finished: FinishedNode, options: LineOptions): string {
  const { paint, nameWidth, cause } = options
  const { node, result, index, total } = finished
  const width = String(total).length
  const number = `${String(index).padStart(width + 2)}/${total}`
  const name = padEnd(nameOf(node), nameWidth)
  const kind = padEnd(kindOf(node), kindWidth)
  const word = padEnd(statusWord(result), statusWidth)
  const tests = paint('dim', testCounts(options))
  if (result.status === 'skipped') {
    return `${number}  ${paint('yellow', word)} ${name}  ${kind}  because of ${cause}${tests}`
  }
  const detail = padStart(detailOf(result), detailWidth)
  const time = formatDuration(result.elapsedMs).padStart(6)
  if (result.status === 'pass') {
    return paint('dim', `${number}  ${word} ${name}  ${kind}  ${detail}  ${time}`)
  }
  return `${number}  ${paintStatus(result, word, paint)} ${name}  ${kind}  ${detail}  ${time}${tests}${leftOut(result, paint)}`
}

/** `  3 tests passed, 1 skipped`; empty without any. */
function testCounts({ passedTests, skippedTests }: LineOptions): string {
  if (passedTests === 0 && skippedTests === 0) return ''
  if (passedTests === 0) return `  ${plural(skippedTests, 'test')} skipped`
  const skipped = skippedTests === 0 ? '' : `, ${formatCount(skippedTests)} skipped`
  return `  ${plural(passedTests, 'test')} passed${skipped}`
}

function leftOut(result: RunResult, paint: Paint): string {
  if (result.status !== 'success') return ''
  const { setAside = 0, outsideBatch = 0 } = result
  const texts = [
    ...(setAside === 0 ? [] : [`  ${plural(setAside, 'row')} set aside`]),
    ...(outsideBatch === 0 ? [] : [`  rows outside of the batch: ${formatCount(outsideBatch)}`]),
  ]
  return texts.length === 0 ? '' : paint('yellow', texts.join(''))
}

export function statusWord(result: RunResult): string {
  if (result.status === 'partial success') return 'partial'
  return result.status === 'success' ? 'ok' : result.status
}

function paintStatus(result: RunResult, word: string, paint: Paint): string {
  switch (result.status) {
    case 'success':
    case 'reused':
      return paint('green', word)
    case 'error':
    case 'fail':
    case 'partial success':
      return paint('bold', paint('red', word))
    case 'warn':
    case 'skipped':
      return paint('yellow', word)
    case 'pass':
      return word
    default:
      return never(result)
  }
}

/** Short: rows, failures, or what was done when that is news. */
function detailOf(result: RunResult): string {
  switch (result.status) {
    case 'success':
      if (result.rows !== undefined) return plural(result.rows, 'row')
      return result.message.startsWith('created') ? '' : result.message
    case 'partial success': {
      const { successful, failed } = result.batches
      return `${successful.length} of ${successful.length + failed.length} batches`
    }
    case 'warn':
    case 'fail':
      return plural(result.failures, 'failure')
    case 'reused':
      return 'unchanged'
    case 'error':
    case 'pass':
    case 'skipped':
      return ''
    default:
      return never(result)
  }
}
