/** Loading to text: a line a table, and the sum of all at the end. */
import type { Event } from '../../../core/event.ts'
import { addCounts, type LoadCounts, noCounts } from '../../../core/load/load.ts'
import type { LeftFiles, LoadResult } from '../../../core/load/load-result.ts'
import type { Paint } from '../colours.ts'
import { enumerate, formatCount, formatDuration, plural } from '../counts.ts'
import { nameOf } from '../node-name.ts'
import { padEnd, padStart } from '../text-width.ts'

type EventOf<Type extends Event['type']> = Extract<Event, { readonly type: Type }>

const statusWidth = 'skipped'.length
const rowsWidth = '1,000,000 rows'.length

export function ingestHeader(event: EventOf<'ingest-started'>): readonly string[] {
  const { command, target, database, nodes } = event
  return [`${command} on ${target} (${database}); ${plural(nodes.length, 'table')} to load`, '']
}

/** `  1/2  ok  growth.events  1,000 rows  0.5s  from 2 files; 10 dead`. */
export function loadLine(
  { result, index, total }: EventOf<'load-finished'>,
  { paint, nameWidth }: { readonly paint: Paint; readonly nameWidth: number },
): string {
  const { node, counts, elapsedMs } = result
  const width = String(total).length
  const number = `${String(index).padStart(width + 2)}/${total}`
  const name = padEnd(nameOf(node), nameWidth)
  const rows = padStart(plural(counts.loaded, 'row'), rowsWidth)
  const time = formatDuration(elapsedMs).padStart(6)
  const rest = detailsOf(result)
  return `${number}  ${statusOf(result, paint)} ${name}  ${rows}  ${time}${rest === '' ? '' : `  ${rest}`}`
}

function statusOf({ status, isStopped }: LoadResult, paint: Paint): string {
  const done = status === 'success' ? 'ok' : status === 'partial success' ? 'partial' : status
  const padded = padEnd(isStopped ? 'stopped' : done, statusWidth)
  return status === 'success' && !isStopped
    ? paint('green', padded)
    : paint('bold', paint('red', padded))
}

function detailsOf(result: LoadResult): string {
  const { counts, files, begunFiles, isReplay, duplicateFiles, leftFiles, waiting } = result
  if (waiting > 0) return `rolled back with the build: ${plural(waiting, 'batch')} in staging`
  const from = [
    ...(files === 0 ? [] : [plural(files, 'file')]),
    ...(begunFiles === 0 ? [] : [`a part of ${plural(begunFiles, 'file')}`]),
    ...(isReplay ? ['dead letters'] : []),
    ...(duplicateFiles === 0 ? [] : [plural(duplicateFiles, 'duplicate file')]),
  ]
  const left = enumerate([...leftOver(counts), ...notLoaded(leftFiles)])
  if (from.length > 0) return `from ${enumerate(from)}${left === '' ? '' : `; ${left}`}`
  if (left !== '') return left
  if (result.isStopped) return 'nothing loaded yet'
  return result.status === 'success' ? 'nothing new' : 'nothing loaded'
}

function leftOver({ dead, duplicates }: LoadCounts): readonly string[] {
  return [
    ...(dead === 0 ? [] : [plural(dead, 'dead letter')]),
    ...(duplicates === 0 ? [] : [plural(duplicates, 'duplicate')]),
  ]
}

function notLoaded({ refused, unfinished, aside }: LeftFiles): readonly string[] {
  return [
    ...(refused === 0 ? [] : [plural(refused, 'refused file')]),
    ...(unfinished === 0 ? [] : [plural(unfinished, 'unfinished file')]),
    ...(aside === 0 ? [] : [`${plural(aside, 'file')} left alone`]),
  ]
}

/** `read 1,060 records: 1,000 loaded, 10 dead letters, 50 duplicates in 0.5s (2,120 a second)`. */
export function ingestedLines(
  {
    results,
    elapsedMs,
    interrupted,
  }: {
    readonly results: readonly LoadResult[]
    readonly elapsedMs: number
    readonly interrupted: boolean
  },
  paint: Paint,
): readonly string[] {
  const counts = results.map((result) => result.counts).reduce(addCounts, noCounts)
  const files = results.flatMap(({ deadLetterFiles }) => deadLetterFiles)
  const failed = results.filter(({ status }) => status !== 'success')
  const rate =
    elapsedMs > 0 ? ` (${formatCount(Math.round((counts.read * 1000) / elapsedMs))} a second)` : ''
  const { read, loaded, dead, duplicates } = counts
  const sum = `read ${plural(read, 'record')}: ${formatCount(loaded)} loaded, ${plural(dead, 'dead letter')}, ${plural(duplicates, 'duplicate')}`
  const state = stateOf(results, interrupted)
  const line = `${state}${sum} in ${formatDuration(elapsedMs)}${read === 0 ? '' : rate}`
  return [
    ...files.map((file) => `dead letters: ${file}`),
    interrupted || failed.length > 0 ? paint('red', line) : paint('green', line),
  ]
}

/** `dead letters: load/dev/dead_letter/rejected/20261126_171636_1606fd4a.jsonl (3 of staging.rejected)`. */
export function writtenLines({ files }: EventOf<'dead-letters-written'>): readonly string[] {
  return files.map(
    ({ node, path, count }) => `dead letters: ${path} (${formatCount(count)} of ${nameOf(node)})`,
  )
}

/** `2 dead letters wait in staging.rejected: 1 missing_user, 1 negative_price`. */
export function waitingLines({
  models,
  asked,
}: EventOf<'dead-letters-waiting'>): readonly string[] {
  return models.flatMap(({ node, reasons, passed, hint }) => {
    const name = nameOf(node)
    const count = reasons.reduce((sum, each) => sum + each.count, 0)
    const list = reasons.map((each) => `${formatCount(each.count)} ${each.reason}`)
    const again =
      passed === undefined ? [] : [`${plural(passed, 'dead letter')} of ${name} passed; ${brings}`]
    if (count === 0)
      return again.length > 0
        ? again
        : [
            `no dead letter waits in ${name}${asked.length === 0 ? '' : ` with the reason ${asked.join(' or ')}`}`,
          ]
    const wait = `${plural(count, 'dead letter')} ${count === 1 ? 'waits' : 'wait'} in ${name}`
    return [...again, `${wait}: ${enumerate(list, 10)}`, `  ${hint}`]
  })
}

const brings = '"assay build" brings what is built on them up to date'

function stateOf(results: readonly LoadResult[], interrupted: boolean): string {
  if (interrupted) return 'interrupted: '
  if (results.every(({ status }) => status === 'success')) return ''
  return results.every(({ status }) => status === 'error') ? 'failed: ' : 'partial success: '
}
