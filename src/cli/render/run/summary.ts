/** The end of a run to text: what failed and where to look, how many of each, what is still in place. */
import type { UniqueId } from '../../../core/node.ts'
import type { RunResult } from '../../../core/run-result.ts'
import type { Paint } from '../colours.ts'
import { enumerate, formatCount, formatDuration } from '../counts.ts'
import { place } from '../diagnostic.ts'
import { padEnd, textWidth } from '../text-width.ts'
import { statusWord } from './node-line.ts'

export interface FinishedRun {
  readonly results: readonly RunResult[]
  readonly elapsedMs: number
  readonly interrupted: boolean
}

interface SummaryOptions {
  /** `build`, `run`, `test`, `seed`, `snapshot`. */
  readonly command: string
  readonly paint: Paint
  readonly nameOf: (uniqueId: UniqueId) => string
}

export function isBad({ status }: RunResult): boolean {
  return status === 'error' || status === 'fail' || status === 'partial success'
}

/** Lines without a line end. */
export function summaryLines(run: FinishedRun, options: SummaryOptions): readonly string[] {
  const failed = run.results.filter(isBad)
  return [
    ...failedLines(failed, options),
    ...hintLines(run, failed, options),
    closingLine(run, options.paint),
  ]
}

function failedLines(
  failed: readonly RunResult[],
  { paint, nameOf }: SummaryOptions,
): readonly string[] {
  const width = Math.max(0, ...failed.map(({ uniqueId }) => textWidth(nameOf(uniqueId))))
  return failed.map((result) => {
    const word = paint('red', statusWord(result).padEnd('error'.length))
    return `${word}  ${padEnd(nameOf(result.uniqueId), width)}  ${whatFailed(result)}`
  })
}

function whatFailed(result: RunResult): string {
  if (result.status === 'fail') return result.message
  if (result.status !== 'error' && result.status !== 'partial success') return ''
  const [first] = result.diagnostics
  if (first === undefined) return ''
  const [message = ''] = first.message.split('\n')
  return first.span === undefined ? message : `${message} (${place(first.span)})`
}

function isUnpublished(result: RunResult): boolean {
  if (result.status === 'partial success') return false
  return isBad(result) && !(result.status === 'error' && result.isPublished === true)
}

/** What to know and do next, after a failure only. */
function hintLines(
  { results }: FinishedRun,
  failed: readonly RunResult[],
  { command, paint, nameOf }: SummaryOptions,
): readonly string[] {
  const isRelation = ({ uniqueId }: RunResult): boolean =>
    /^(?:model|seed|snapshot)\./.test(uniqueId)
  const unpublished = results
    .filter(
      (result) => isRelation(result) && (isUnpublished(result) || result.status === 'skipped'),
    )
    .map(({ uniqueId }) => nameOf(uniqueId))
  // A build rolled the tested rows back: `show` would look at others.
  const hasRows = ({ status, uniqueId }: RunResult): boolean =>
    status === 'fail' && !uniqueId.startsWith('unit_test.')
  const [test] = command === 'test' ? failed.filter(hasRows) : []
  return [
    ...(unpublished.length === 0
      ? []
      : [`not published, what was there before stays in place: ${enumerate(unpublished)}`]),
    ...(test === undefined
      ? []
      : [`to see the failing rows: assay show --select ${nameOf(test.uniqueId)} --limit 20`]),
  ].map((line) => paint('dim', line))
}

/** `done in 1.2s: 9 ok, 1 failed, 4 skipped`. */
function closingLine({ results, elapsedMs, interrupted }: FinishedRun, paint: Paint): string {
  const verb = interrupted ? 'interrupted after' : 'done in'
  const counts = countsOf(results, paint)
  return `${paint('bold', `${verb} ${formatDuration(elapsedMs)}`)}: ${counts || 'nothing to do'}`
}

function countsOf(results: readonly RunResult[], paint: Paint): string {
  const nodes = results.filter(
    ({ uniqueId, status }) => status === 'error' || !uniqueId.startsWith('operation.'),
  )
  const count = (...statuses: readonly RunResult['status'][]): number =>
    nodes.filter(({ status }) => statuses.includes(status)).length
  const warnings = count('warn')
  const parts = [
    { amount: count('success', 'pass'), words: 'ok', colour: 'green' },
    { amount: count('reused'), words: 'reused', colour: 'green' },
    { amount: warnings, words: warnings === 1 ? 'warning' : 'warnings', colour: 'yellow' },
    { amount: count('partial success'), words: 'in part', colour: 'red' },
    { amount: count('error', 'fail'), words: 'failed', colour: 'red' },
    { amount: count('skipped'), words: 'skipped', colour: 'yellow' },
  ] as const
  return parts
    .filter(({ amount }) => amount > 0)
    .map(({ amount, words, colour }) => paint(colour, `${formatCount(amount)} ${words}`))
    .join(', ')
}
