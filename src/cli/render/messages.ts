/** The values of small commands to lines of text: parse, debug, clean, compile. */
import type {
  CleanValue,
  DebugValue,
  GenerateDocsValue,
  GenerateValue,
  InitValue,
  LintValue,
  ParseValue,
} from '../../app/use-cases.ts'
import type { UsageError } from '../arguments/usage-error.ts'
import type { Paint } from './colours.ts'
import { enumerate, formatCount, formatDuration, plural } from './counts.ts'
import { padEnd, textWidth } from './text-width.ts'

/** `parsed 9 models, 2 seeds and 30 tests in 0.21s`. */
export function parsedLine({ found, elapsedMs }: ParseValue): string {
  const kinds = Object.entries(found)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => plural(count, kind.replaceAll('_', ' ')))
  return `parsed ${enumerate(kinds, 10) || 'nothing'} in ${formatDuration(elapsedMs)}`
}

/** What is in catalog.json, and what would be if it was built. */
export function docsLines({
  catalogued,
  missing,
  elapsedMs,
}: GenerateDocsValue): readonly string[] {
  const wrote = `wrote manifest.json and catalog.json: ${plural(catalogued, 'relation')} in ${formatDuration(elapsedMs)}`
  return missing.length === 0 ? [wrote] : [wrote, `not in the database: ${enumerate(missing, 10)}`]
}

/** `linted 9 models: 2 findings`. */
export function lintedLine({ findings, models }: LintValue): string {
  const found = findings.length === 0 ? 'nothing found' : plural(findings.length, 'finding')
  return `linted ${plural(models, 'model')}: ${found}`
}

/** A line a check, failed ones with their hint, and a last line that counts. `failedOnly` leaves the rest out. */
export function debugLines(
  { checks }: DebugValue,
  { paint, failedOnly }: { readonly paint: Paint; readonly failedOnly: boolean },
): readonly string[] {
  const failed = checks.filter(({ isOk }) => !isOk)
  const width = Math.max(0, ...checks.map(({ name }) => textWidth(name)))
  const lines = (failedOnly ? failed : checks).flatMap(({ name, isOk, detail, hint }) => [
    `${isOk ? paint('green', 'ok  ') : paint('red', 'fail')}  ${padEnd(name, width)}  ${detail}`.trimEnd(),
    ...(hint === undefined ? [] : [`      ${paint('cyan', '=')} hint: ${hint}`]),
  ])
  const count =
    failed.length === 0
      ? `all ${plural(checks.length, 'check')} passed`
      : `${failed.length} of ${plural(checks.length, 'check')} failed`
  return failedOnly && failed.length === 0 ? [] : [...lines, '', count]
}

/** What was written, and what to type next. */
export function initLines({ folder, written, kept }: InitValue): readonly string[] {
  return [
    ...written.map((path) => `wrote    ${path}`),
    ...kept.map((path) => `kept     ${path}`),
    '',
    'next:',
    ...(folder === '' ? [] : [`  cd ${/^[\w./-]+$/.test(folder) ? folder : `'${folder}'`}`]),
    '  assay build',
    '  assay show --select customer_orders',
  ]
}

/** `wrote 10,212 lines to 2 files in incoming/events in 0.3s; dirt: 31 late, 30 duplicate`. */
export function generatedLine(value: GenerateValue): string {
  const { lines, leftOut, files, output, dirt, elapsedMs } = value
  const kinds = Object.entries(dirt)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([kind, count]) => `${formatCount(count)} ${kind.replaceAll('_', ' ')}`)
  const left = leftOut === 0 ? '' : `, without ${plural(leftOut, 'line')} that a table cannot hold`
  return [
    `wrote ${plural(lines - leftOut, 'line')} to ${files === 1 ? '' : `${plural(files, 'file')} in `}${output} in ${formatDuration(elapsedMs)}${left}`,
    ...(kinds.length === 0 ? [] : [`dirt: ${enumerate(kinds, 10)}`]),
  ].join('; ')
}

export function cleanLines({ removed, kept }: CleanValue): readonly string[] {
  return [
    ...removed.map((path) => `removed  ${path}`),
    ...kept.map((path) => `kept     ${path}`),
    ...(removed.length + kept.length === 0 ? ['nothing to remove'] : []),
  ]
}

export function usageErrorLines({ message, hint }: UsageError, paint: Paint): string {
  const head = `${paint('bold', paint('red', 'error'))}: ${message}`
  return hint === undefined ? head : `${head}\n  ${paint('cyan', '=')} hint: ${hint}`
}

interface Crash {
  readonly error: unknown
  readonly version: string
  readonly withStack: boolean
}

/** A fault of ours: said as such; the stack only for who asks. */
export function crashLines({ error, version, withStack }: Crash, paint: Paint): string {
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? error.stack : undefined
  return [
    `${paint('bold', paint('red', 'error'))}: ${message}`,
    `  ${paint('cyan', '=')} note: this is a bug in assay ${version}, not in your project`,
    withStack && stack !== undefined
      ? stack
      : `  ${paint('cyan', '=')} hint: --debug (or ASSAY_DEBUG=1) shows where it happened`,
  ].join('\n')
}
