/** What `verify` found to text or JSON: a line a model, each difference as a story, the command that tells it again. */
import type {
  VerifiedModel,
  VerifyDifference,
  VerifyFinding,
  VerifyStep,
  VerifyValue,
} from '../../../app/use-cases.ts'
import type { Table } from '../../../core/adapter.ts'
import { never } from '../../../core/never.ts'
import type { Paint } from '../colours.ts'
import { enumerate, formatDuration, plural } from '../counts.ts'
import { padEnd, textWidth } from '../text-width.ts'
import { renderTable } from './table-text.ts'

interface VerifyPage {
  readonly paint: Paint
  /** Only what differs. */
  readonly isQuiet: boolean
}

/** Lines of text with their line ends. */
export function* verifyText(value: VerifyValue, page: VerifyPage): Generator<string> {
  const { paint, isQuiet } = page
  if (!isQuiet) {
    const width = Math.max(0, ...value.models.map(({ name }) => textWidth(name)))
    for (const model of value.models) yield `${modelLine(model, width, paint)}\n`
  }
  for (const finding of value.findings) {
    yield `\n${findingLines(finding, paint).join('\n')}\n`
  }
  if (isQuiet) return
  const gap = value.models.length > 0 ? '\n' : ''
  yield `${gap}${summaryLines(value).join('\n')}\n`
}

/** One object. */
export function* verifyJson(value: VerifyValue): Generator<string> {
  const { seed, models, roots, histories, historiesAsked, elapsedMs } = value
  const { builds, kills, unusable, removed } = value
  yield `${JSON.stringify({
    seed,
    models,
    roots: roots.map(({ isStatic, ...root }) => ({ ...root, static: isStatic })),
    findings: value.findings.map(findingJson),
    histories,
    histories_asked: historiesAsked,
    builds,
    kills,
    unusable,
    elapsed_ms: elapsedMs,
    removed,
  })}\n`
}

function findingJson(finding: VerifyFinding) {
  const { kind, model, path, command } = finding
  const base = { kind, model, path, command }
  switch (finding.kind) {
    case 'order':
    case 'time zone':
    case 'clock':
      return { ...base, ...differenceJson(finding.difference) }
    case 'difference':
      return { ...base, ...storyJson(finding), ...differenceJson(finding.difference) }
    case 'failure':
      return { ...base, ...storyJson(finding), diagnostics: finding.diagnostics }
    default:
      return never(finding)
  }
}

function storyJson({ history, steps, shrunkFrom }: Story) {
  return { history, shrunk_from: shrunkFrom, steps: steps.map(stepJson) }
}

function differenceJson(difference: VerifyDifference) {
  const { columns, missing, surplus, missingCount, surplusCount } = difference
  return {
    columns,
    missing_count: missingCount,
    missing: rowsJson(missing),
    surplus_count: surplusCount,
    surplus: rowsJson(surplus),
  }
}

function stepJson(step: VerifyStep) {
  return step.kind === 'arrive' ? { ...step, rows: rowsJson(step.rows) } : step
}

function rowsJson({ columns, rows }: Table) {
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])),
  )
}

const statusColours = {
  ok: 'green',
  differs: 'red',
  unclear: 'yellow',
  skipped: 'dim',
} as const

function modelLine({ name, status, because }: VerifiedModel, width: number, paint: Paint): string {
  const said = paint(statusColours[status], status.padEnd('skipped'.length))
  return `${said}  ${padEnd(name, width)}  ${because}`.trimEnd()
}

function findingLines(finding: VerifyFinding, paint: Paint): readonly string[] {
  const place = paint('dim', `(${finding.path})`)
  return [
    `${paint('bold', paint('red', finding.model))} ${place} ${headline(finding)}`,
    ...indented(bodyLines(finding, paint), 2),
    `  again: ${paint('bold', finding.command)}`,
  ]
}

function headline(finding: VerifyFinding): string {
  const { kind } = finding
  switch (kind) {
    case 'order':
      return `is not deterministic: two full refreshes of the same rows, in another order, differ in ${columnsOf(finding.difference)}`
    case 'time zone':
      return `moves with the time zone of the connection: two full refreshes of the same rows differ in ${columnsOf(finding.difference)}`
    case 'clock':
      return `moves with the clock: a full refresh 400 days later differs in ${columnsOf(finding.difference)}`
    case 'difference':
      return `is not what a full refresh gives: it differs in ${columnsOf(finding.difference)}`
    case 'failure':
      return 'fails where a full refresh of the same rows does not'
    default:
      return never(kind)
  }
}

function columnsOf({ columns }: VerifyDifference): string {
  return enumerate(
    columns.map((name) => `"${name}"`),
    8,
  )
}

const hints = {
  order:
    'hint: order by columns that leave no ties (assay lint names the places); what must differ belongs in volatile_columns',
  'time zone': "hint: say the zone where a time becomes a date or a text: at time zone 'UTC'",
  clock:
    'hint: take times from the data, or name the column in volatile_columns if it tells when it was built',
} as const

function bodyLines(finding: VerifyFinding, paint: Paint): readonly string[] {
  const { kind } = finding
  switch (kind) {
    case 'order':
    case 'time zone':
    case 'clock':
      return [
        ...differenceLines(finding.difference, paint, {
          missing: 'only in the first',
          surplus: 'only in the second',
        }),
        hints[kind],
      ]
    case 'difference':
      return [
        ...storyLines(finding, paint),
        ...differenceLines(finding.difference, paint, {
          missing: 'expected (a full refresh has it)',
          surplus: 'found (these builds have it)',
        }),
      ]
    case 'failure':
      return [
        ...storyLines(finding, paint),
        ...finding.diagnostics.map(
          ({ code, message }) => `${paint('red', `error[${code}]`)}: ${message}`,
        ),
      ]
    default:
      return never(kind)
  }
}

type Story = Extract<VerifyFinding, { readonly kind: 'difference' | 'failure' }>

function storyLines({ steps, shrunkFrom, history }: Story, paint: Paint): readonly string[] {
  const { rows, builds } = shrunkFrom
  return [
    `history ${history}, made smaller (it had ${plural(rows, 'row')} and ${plural(builds, 'build')}):`,
    ...steps.flatMap((step, index) => indented(stepLines(step, index + 1, paint), 2)),
  ]
}

function stepLines(step: VerifyStep, number: number, paint: Paint): readonly string[] {
  const { kind } = step
  switch (kind) {
    case 'arrive': {
      const verb = step.count === 1 ? 'arrives' : 'arrive'
      return [
        `${number}. ${plural(step.count, 'row')} ${verb} in ${step.root}`,
        ...tableLines(step.rows, step.count, paint),
      ]
    }
    case 'build':
      return [`${number}. build`]
    case 'killed build':
      return [`${number}. build, killed before ${step.before} is committed`]
    case 'full refresh':
      return [`${number}. build --full-refresh --select ${step.model}`]
    default:
      return never(kind)
  }
}

function differenceLines(
  { missing, surplus, missingCount, surplusCount }: VerifyDifference,
  paint: Paint,
  words: { readonly missing: string; readonly surplus: string },
): readonly string[] {
  const part = (label: string, table: Table, count: number) =>
    count === 0 ? [] : [`${label}: ${plural(count, 'row')}`, ...tableLines(table, count, paint)]
  return [
    ...part(words.missing, missing, missingCount),
    ...part(words.surplus, surplus, surplusCount),
  ]
}

function tableLines(table: Table, count: number, paint: Paint): readonly string[] {
  const more = count - table.rows.length
  const lines = renderTable(table, { paint, width: undefined })
  return indented([...lines, ...(more > 0 ? [`... and ${plural(more, 'more row')}`] : [])], 3)
}

function indented(lines: readonly string[], by: number): readonly string[] {
  return lines.map((line) => ' '.repeat(by) + line)
}

function summaryLines(value: VerifyValue): readonly string[] {
  const { histories, historiesAsked, builds, kills, seed, elapsedMs, removed, roots, unusable } =
    value
  const verified = value.models.filter(({ status }) => status !== 'skipped').length
  const sampled = roots.map(({ name, sampled: taken, rows }) => {
    const part =
      taken < rows ? `${plural(taken, 'row')} of ${plural(rows, 'row')}` : plural(taken, 'row')
    return `${part} of ${name}`
  })
  const isCut = histories < historiesAsked && value.models.some(({ status }) => status === 'ok')
  const cut = isCut ? ` (of ${historiesAsked}: time is over)` : ''
  return [
    ...removed.map((name) => `removed "${name}", which a killed run had left`),
    ...(verified === 0
      ? ['nothing to verify: no incremental model is selected']
      : [
          `sample: ${enumerate(sampled, 6)}`,
          ...(unusable === 0
            ? []
            : [
                `nothing can be said of ${plural(unusable, 'history')}: a full refresh of the rows fails`,
              ]),
          `verified ${plural(verified, 'model')} in ${plural(histories, 'history')}${cut}: ${plural(builds, 'build')}, ${plural(kills, 'kill')}, in ${formatDuration(elapsedMs)}, seed ${seed}`,
        ]),
  ]
}
