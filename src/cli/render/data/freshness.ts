/** What a freshness check found as lines: a source each, and how many passed. */
import type { FreshnessValue } from '../../../app/use-cases.ts'
import type { Paint } from '../colours.ts'
import { formatCount, formatDuration, plural } from '../counts.ts'

type Result = FreshnessValue['results'][number]
type Period = NonNullable<Result['node']['freshness']['warnAfter']>

const colours = { pass: 'green', warn: 'yellow', error: 'red', 'runtime error': 'red' } as const

/** Quiet: only what is not fine. */
export function freshnessLines(
  { results, isBegun, elapsedMs }: FreshnessValue,
  { paint, isQuiet }: { readonly paint: Paint; readonly isQuiet: boolean },
): readonly string[] {
  if (!isBegun) return ['nothing was checked: a hook at the start of the run failed']
  if (results.length === 0) {
    return isQuiet ? [] : ['no selected source has a limit under "freshness:": nothing was checked']
  }
  const shown = results.filter(({ status }) => !isQuiet || status !== 'pass')
  const nameWidth = Math.max(0, ...shown.map((result) => nameOf(result).length))
  const statusWidth = Math.max(0, ...shown.map(({ status }) => status.length))
  const lines = shown.map((result) => {
    const status = paint(colours[result.status], result.status.padEnd(statusWidth))
    return `${status}  ${nameOf(result).padEnd(nameWidth)}  ${ageOf(result)}`
  })
  return isQuiet
    ? lines
    : [...lines, '', `done in ${formatDuration(elapsedMs)}: ${counts(results)}`]
}

function nameOf({ node }: Result): string {
  return `${node.sourceName}.${node.name}`
}

function counts(results: readonly Result[]): string {
  const count = (wanted: Result['status']) =>
    results.filter(({ status }) => status === wanted).length
  const passed = count('pass')
  const others = [
    [count('warn'), 'warning'],
    [count('error'), 'error'],
    [count('runtime error'), 'runtime error'],
  ] as const
  return [
    ...(passed === 0 ? [] : [`${formatCount(passed)} passed`]),
    ...others.filter(([amount]) => amount > 0).map(([amount, word]) => plural(amount, word)),
  ].join(', ')
}

function ageOf(result: Result): string {
  if (result.status === 'runtime error') return result.message
  const limit = limitOf(result)
  if (!result.hasRows) return `no rows${limit}`
  return `${ageText(result.ageSeconds)} old${limit}`
}

/** The limit that was passed. */
function limitOf({ status, node }: Result): string {
  const { warnAfter, errorAfter } = node.freshness
  if (status === 'error' && errorAfter !== undefined) {
    return `, expected at most ${periodText(errorAfter)}`
  }
  return status === 'warn' && warnAfter !== undefined
    ? `, expected at most ${periodText(warnAfter)}`
    : ''
}

function periodText({ count, period }: Period): string {
  return plural(count, period)
}

/** In the greatest unit that fits, rounded down. */
function ageText(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const
  const unit = units.find(([, size]) => seconds >= size)
  return unit === undefined
    ? plural(Math.max(0, Math.floor(seconds)), 'second')
    : plural(Math.floor(seconds / unit[1]), unit[0])
}

/** One event a source, under `--log-format json`. */
export function freshnessJson(result: Result): Readonly<Record<string, unknown>> {
  const shared = { unique_id: result.node.uniqueId, status: result.status }
  if (result.status === 'runtime error') return { ...shared, message: result.message }
  return {
    ...shared,
    max_loaded_at: result.maxLoadedAt,
    snapshotted_at: result.snapshottedAt,
    max_loaded_at_time_ago_in_s: result.ageSeconds,
  }
}
