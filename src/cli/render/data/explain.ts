/** What is known of a node to one screen of text, or to JSON: last decisions, the next one, inputs, cursors, tests. */
import type { ExplainValue } from '../../../app/use-cases.ts'
import type { Paint } from '../colours.ts'
import { enumerate, formatCount, plural } from '../counts.ts'
import { kindOf, relationOf } from '../node-name.ts'
import { alignedRows, section, withoutFraction } from './sections.ts'

/** Lines without a line end. */
export function explainText(value: ExplainValue, paint: Paint): readonly string[] {
  const { node } = value
  const head = [paint('bold', node.name), kindOf(node), relationOf(node) ?? '', node.path]
  return [
    head.filter((part) => part !== '').join('  '),
    ...section('decisions, the newest first', decisionLines(value), paint),
    ...section('as it stands', standingLines(value), paint),
    ...section('next', nextLines(value), paint),
    ...section('reads', inputLines(value), paint),
    ...section('cursors', cursorLines(value), paint),
    ...section('read by', followerLines(value), paint),
    ...section('tests', testLines(value), paint),
  ]
}

function decisionLines({ ledger, decisions, node }: ExplainValue): readonly string[] {
  if (kindOf(node) === 'ephemeral') {
    return ['none: an ephemeral model is part of what reads it, and is never built']
  }
  switch (ledger.kind) {
    case 'none':
      return ['it was never built: the database has no ledger yet']
    case 'older':
      return [olderLedger(ledger.version)]
    case 'current':
      break
  }
  if (decisions.length === 0) return ['it was never built']
  return alignedRows(
    decisions.map(({ finishedAt, command, status, message, because, runId }) => [
      withoutFraction(finishedAt),
      command ?? 'forgotten run',
      status === 'success' ? message : status,
      status === 'error' || status === 'skipped' ? message : because,
      `(run ${runId})`,
    ]),
  )
}

export function olderLedger(version: number): string {
  return `the ledger has version ${version}, of an older assay: the next build brings it up to date, until then it is not read`
}

function standingLines({ standing, node }: ExplainValue): readonly string[] {
  if (kindOf(node) === 'ephemeral') return []
  const { kind, published } = standing
  if (published === undefined) {
    return [
      kind === undefined
        ? 'nothing is there'
        : `there is a ${kind} of its name, which assay has not published by the ledger`,
    ]
  }
  const rows = published.rows === undefined ? '' : `, ${plural(published.rows, 'row')} written`
  const made = `publication ${formatCount(published.version)} of ${withoutFraction(published.at)}${rows}, epoch ${published.epoch}`
  if (kind === undefined) return [made, 'it is not there any more: someone dropped it']
  return published.isThere === false
    ? [made, `the ${kind} that is there is another one: it was restored or changed by hand`]
    : [made]
}

function nextLines({ next, builtBefore }: ExplainValue): readonly string[] {
  if (next === undefined) return []
  const { build, changed } = next
  const rows = alignedRows([
    ['build', build.action, build.because],
    ['build --changed', changed.action, changed.because],
  ])
  if (builtBefore.length === 0) return rows
  const first = `built before it by --changed, and may change what it reads: ${enumerate(builtBefore, 6)}`
  return [...rows, first]
}

function inputLines({ inputs, node }: ExplainValue): readonly string[] {
  return alignedRows(
    inputs.map(({ name, kind, change, because, publishedAt }) => [
      name,
      kind,
      // What an ephemeral model read is known of its readers.
      kindOf(node) === 'ephemeral' ? '' : because === '' ? change : `${change}: ${because}`,
      publishedAt === undefined ? '' : `published ${withoutFraction(publishedAt)}`,
    ]),
  )
}

function cursorLines({ cursors }: ExplainValue): readonly string[] {
  return alignedRows(
    cursors.map(({ upstream, feed, high, newest, behind, isEpochCurrent }) => [
      upstream,
      feed === 'rows' ? 'rows by arrival' : 'changes by publication',
      `read up to ${high ?? 'nothing'}, the newest is ${newest ?? 'not known'}`,
      isEpochCurrent
        ? behindText(feed, behind)
        : 'another epoch now: the next build reads all of it',
    ]),
  )
}

function behindText(feed: 'rows' | 'changes', behind: number | undefined): string {
  if (behind === undefined) return 'how far behind is not known'
  if (behind === 0) return 'nothing is new'
  return `${plural(behind, feed === 'rows' ? 'row' : 'publication')} behind`
}

function followerLines({ followers }: ExplainValue): readonly string[] {
  return alignedRows(followers.map(({ name, how }) => [name, how]))
}

function testLines({ tests }: ExplainValue): readonly string[] {
  return alignedRows(
    tests.map(({ name, last }) =>
      last === undefined
        ? [name, 'never ran']
        : [name, last.status, withoutFraction(last.recordedAt), last.message],
    ),
  )
}

/** One object. */
export function* explainJson(value: ExplainValue): Generator<string> {
  const { node, ledger, decisions, standing, next, builtBefore } = value
  const json = {
    unique_id: node.uniqueId,
    name: node.name,
    kind: kindOf(node),
    relation: relationOf(node) ?? null,
    path: node.path,
    ledger,
    decisions: decisions.map((each) => ({
      run_id: each.runId,
      command: each.command ?? null,
      target: each.target ?? null,
      status: each.status,
      message: each.message,
      because: each.because,
      started_at: each.startedAt,
      finished_at: each.finishedAt,
    })),
    standing: {
      kind: standing.kind ?? null,
      published:
        standing.published === undefined
          ? null
          : {
              run_id: standing.published.runId,
              at: standing.published.at,
              rows: standing.published.rows ?? null,
              version: standing.published.version,
              epoch: standing.published.epoch,
              is_there: standing.published.isThere ?? null,
            },
    },
    next: next ?? null,
    built_before: builtBefore,
    inputs: value.inputs.map((input) => ({
      name: input.name,
      relation: input.relation,
      kind: input.kind,
      change: input.change,
      because: input.because,
      data_version: input.dataVersion ?? null,
      epoch: input.epoch ?? null,
      published_at: input.publishedAt ?? null,
    })),
    cursors: value.cursors.map((cursor) => ({
      upstream: cursor.upstream,
      feed: cursor.feed,
      high: cursor.high ?? null,
      newest: cursor.newest ?? null,
      is_behind: cursor.isBehind,
      behind: cursor.behind ?? null,
      epoch: cursor.epoch,
      is_epoch_current: cursor.isEpochCurrent,
    })),
    followers: value.followers,
    tests: value.tests.map(({ name, last }) => ({
      name,
      status: last?.status ?? null,
      failures: last?.failures ?? null,
      message: last?.message ?? null,
      recorded_at: last?.recordedAt ?? null,
      run_id: last?.runId ?? null,
    })),
  }
  yield `${JSON.stringify(json, null, 2)}\n`
}
