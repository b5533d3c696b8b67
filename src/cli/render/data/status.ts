/** How a target stands to text or JSON: runs, failures, what is stale, lagging, held or owned by nobody. */
import type { StatusValue } from '../../../app/use-cases.ts'
import type { Paint } from '../colours.ts'
import { enumerate, formatCount, formatDuration, plural } from '../counts.ts'
import { olderLedger } from './explain.ts'
import { alignedRows, section, withoutFraction } from './sections.ts'

/** Lines without a line end; the last one says it all. */
export function statusText(value: StatusValue, paint: Paint): readonly string[] {
  return [
    `${paint('bold', value.target)}  ${value.database}`,
    ...section('last runs', runLines(value), paint),
    ...section('failed', failureLines(value), paint),
    ...section('stale', staleLines(value), paint),
    ...section('new rows are waiting', laggingLines(value), paint),
    ...section('set aside by loading', waitingLines(value), paint),
    ...section('refused by models', refusedLines(value), paint),
    ...section('leases', lockLines(value), paint),
    ...section('no model or seed makes these any more', value.unowned, paint),
    ...section('ledger', [ledgerLine(value)], paint),
    '',
    closingLine(value, paint),
  ]
}

function runLines({ runs, ledger }: StatusValue): readonly string[] {
  if (runs.length === 0) return ledger.kind === 'older' ? [] : ['none: nothing was built yet']
  return alignedRows(
    runs.map(({ startedAt, command, target, state, end, runId }) => [
      withoutFraction(startedAt),
      command,
      target,
      stateWords[state],
      end === undefined ? '' : durationOf(startedAt, end.finishedAt),
      countsText(end?.counts ?? {}),
      `(run ${runId})`,
    ]),
  )
}

const stateWords = {
  finished: 'finished',
  interrupted: 'interrupted',
  running: 'running',
  died: 'died',
  open: 'running or died',
} as const

function durationOf(start: string, end: string): string {
  return formatDuration(Math.max(0, timeOf(end) - timeOf(start)))
}

/** The form of the ledger's times to one that every JavaScript reads. */
function timeOf(text: string): number {
  return Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const known = countOrder.filter((status) => counts[status] !== undefined)
  const others = Object.keys(counts).filter((status) => !countOrder.includes(status))
  return [...known, ...others]
    .map((status) => `${formatCount(counts[status] ?? 0)} ${status}`)
    .join(', ')
}

const countOrder = ['success', 'reused', 'pass', 'warn', 'skipped', 'fail', 'error']

function failureLines({ failures }: StatusValue): readonly string[] {
  return alignedRows(
    failures.map(({ kind, name, message, at }) => [kind, name, withoutFraction(at), message]),
  )
}

const staleShown = 20

function staleLines({ stale }: StatusValue): readonly string[] {
  const lines = alignedRows(stale.slice(0, staleShown).map(({ name, because }) => [name, because]))
  const rest = stale.length - staleShown
  return rest > 0 ? [...lines, `and ${formatCount(rest)} more`] : lines
}

function laggingLines({ lagging }: StatusValue): readonly string[] {
  return alignedRows(
    lagging.map(({ reader, upstream, high, newest }) => [
      reader,
      `has read "${upstream}" up to ${high ?? 'nothing'}, the newest is ${newest}`,
    ]),
  )
}

function waitingLines({ waitingLoads }: StatusValue): readonly string[] {
  return alignedRows(
    waitingLoads.map(({ relationKey, deadLetters, quarantinedBatches, leftAlone, failing }) => [
      relationKey,
      [
        ...(deadLetters === 0 ? [] : [plural(deadLetters, 'dead letter')]),
        ...(quarantinedBatches.length === 0
          ? []
          : [`in quarantine: ${enumerate(quarantinedBatches, 4)}`]),
        ...(leftAlone.length === 0 ? [] : [`left alone until changed: ${enumerate(leftAlone, 4)}`]),
        ...(failing.length === 0 ? [] : [`failed, to be tried again: ${enumerate(failing, 4)}`]),
      ].join('; '),
    ]),
  )
}

function refusedLines({ refused }: StatusValue): readonly string[] {
  return alignedRows(
    refused.map(({ relationKey, reasons, fault }) => {
      if (fault !== undefined) return [relationKey, `cannot be counted: ${fault}`]
      const listed = reasons.map(({ reason, count }) => `${formatCount(count)} ${reason}`)
      return [relationKey, `${plural(lettersOf(reasons), 'dead letter')}: ${enumerate(listed, 10)}`]
    }),
  )
}

function lettersOf(reasons: StatusValue['refused'][number]['reasons']): number {
  return reasons.reduce((sum, { count }) => sum + count, 0)
}

/** How many of each kind hold rows back. */
function unsettledWords({ waitingLoads }: StatusValue): readonly string[] {
  const counted = (what: 'quarantinedBatches' | 'leftAlone' | 'failing', words: string) => {
    const count = waitingLoads.reduce((sum, each) => sum + each[what].length, 0)
    return count === 0 ? [] : [`${formatCount(count)} ${words}`]
  }
  return [
    ...counted('quarantinedBatches', 'in quarantine'),
    ...counted('leftAlone', 'left alone'),
    ...counted('failing', 'to be loaded again'),
  ]
}

function lockLines({ locks }: StatusValue): readonly string[] {
  return alignedRows(
    locks.map(({ state, command, processId, host, since, lastBeat, relations }) => [
      state !== 'alive' ? state : relations.length === 0 ? 'at work' : 'held',
      `assay ${command}`,
      `process ${processId} on ${host}`,
      `since ${withoutFraction(since)}`,
      `last sign ${withoutFraction(lastBeat)}`,
      enumerate(relations, 4),
      state === 'alive' || relations.length === 0 ? '' : '(the next run takes them over)',
    ]),
  )
}

function ledgerLine({ ledger, ledgerRows }: StatusValue): string {
  switch (ledger.kind) {
    case 'none':
      return 'none yet: the first build makes it'
    case 'older':
      return olderLedger(ledger.version)
    case 'current': {
      const rows = Object.values(ledgerRows).reduce((sum, count) => sum + count, 0)
      const parts = Object.entries(ledgerRows).filter(([, count]) => count > 0)
      const words = parts.map(([table, count]) => `${table} ${formatCount(count)}`).join(', ')
      return `version ${ledger.version}, ${plural(rows, 'row')}: ${words}`
    }
  }
}

function closingLine(value: StatusValue, paint: Paint): string {
  const { failures, stale } = value
  if (value.isFine) return paint('green', 'nothing is failed or stale')
  const words = [
    ...(failures.length === 0 ? [] : [`${formatCount(failures.length)} failed`]),
    ...(stale.length === 0 ? [] : [`${formatCount(stale.length)} stale`]),
    ...unsettledWords(value),
  ]
  return paint('red', words.join(', '))
}

/** One object. */
export function* statusJson(value: StatusValue): Generator<string> {
  const json = {
    target: value.target,
    database: value.database,
    is_fine: value.isFine,
    ledger: { ...value.ledger, rows: value.ledgerRows },
    runs: value.runs.map(({ runId, command, target, startedAt, state, end }) => ({
      run_id: runId,
      command,
      target,
      state,
      started_at: startedAt,
      finished_at: end?.finishedAt ?? null,
      counts: end?.counts ?? {},
    })),
    failures: value.failures.map(({ kind, name, message, at, runId }) => ({
      kind,
      name,
      message,
      at,
      run_id: runId,
    })),
    stale: value.stale,
    lagging: value.lagging.map(({ reader, upstream, high, newest }) => ({
      reader,
      upstream,
      high: high ?? null,
      newest,
    })),
    leases: value.locks.map(
      ({ runId, command, host, processId, since, lastBeat, state, relations }) => ({
        run_id: runId,
        state,
        command,
        process_id: processId,
        host,
        since,
        last_beat: lastBeat,
        relations,
      }),
    ),
    set_aside: value.waitingLoads.map((each) => ({
      table: each.relationKey,
      dead_letters: each.deadLetters,
      quarantined_batches: each.quarantinedBatches,
      files_left_alone: each.leftAlone,
      files_failing: each.failing,
    })),
    refused: value.refused.map(({ name, relationKey, reasons, fault }) => ({
      model: name,
      table: relationKey,
      dead_letters: fault === undefined ? lettersOf(reasons) : null,
      reasons: Object.fromEntries(reasons.map(({ reason, count }) => [reason, count])),
      ...(fault === undefined ? {} : { message: fault }),
    })),
    unowned: value.unowned,
  }
  yield `${JSON.stringify(json, null, 2)}\n`
}
