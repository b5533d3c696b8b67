/** What `verify` found, as the command line shows it: names for ids, a few rows of many, the command that gives it again. */
import type { Table, TableColumn } from '../../core/adapter.ts'
import { never } from '../../core/never.ts'
import type { UniqueId } from '../../core/node.ts'
import type { Column } from '../../core/relation.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { Cells, RowDifference } from '../../transform/verify/compare-rows.ts'
import type { HistoryStep } from '../../transform/verify/history/history.ts'
import type { Finding, ModelReport, VerifyReport } from '../../transform/verify/report.ts'
import { Arrivals, type Root, rootName } from '../../transform/verify/history/root.ts'
import type {
  VerifiedModel,
  VerifyDifference,
  VerifyFinding,
  VerifyOptions,
  VerifyStep,
  VerifyValue,
} from '../use-cases.ts'

export interface VerifyContext {
  readonly manifest: Manifest
  readonly options: VerifyOptions
}

/** More of them is a screenful that nobody reads. */
const shownRows = 10
/** Of a full refresh that is moved, which is often all of it. */
const shownMoved = 3
const shownColumns = 8
/** Of --rows; the command need not say it. */
const defaultRows = 200

export function toVerifyValue(
  report: VerifyReport,
  context: VerifyContext,
): Omit<VerifyValue, 'elapsedMs' | 'removed'> {
  const { seed, models, findings, roots, ...counts } = report
  return {
    seed,
    models: models.map(toModel),
    findings: findings.map((finding) => toFinding(report, context, finding)),
    roots: roots.map((root) => ({
      name: rootName(root),
      sampled: root.rows.length,
      rows: root.rowCount,
      isStatic: root.isStatic,
    })),
    ...counts,
  }
}

function toModel(report: ModelReport): VerifiedModel {
  const { name, path } = report.node
  const { status } = report
  switch (status) {
    case 'ok':
    case 'differs':
      return { name, path, status, because: '' }
    case 'unclear':
      return { name, path, status, because: `it reads "${report.because.name}", see there` }
    case 'skipped':
      return { name, path, status, because: report.because }
    default:
      return never(status)
  }
}

function toFinding(report: VerifyReport, context: VerifyContext, finding: Finding): VerifyFinding {
  const { name: model, path } = finding.node
  const base = { model, path, command: commandOf(report, context, finding) }
  if (finding.kind === 'influence') {
    return { kind: finding.influence, ...base, difference: toDifference(finding.rows, shownMoved) }
  }
  const { number: history, shrunkFrom } = finding
  const steps = toSteps(finding.history, report.roots, context)
  const shared = { ...base, history, shrunkFrom, steps }
  return finding.kind === 'difference'
    ? { kind: 'difference', ...shared, difference: toDifference(finding.rows) }
    : { kind: 'failure', ...shared, diagnostics: finding.failure.diagnostics }
}

function toDifference(
  { columns, missing, surplus, differing }: RowDifference,
  most = shownRows,
): VerifyDifference {
  const places = shownPlaces(columns, differing)
  return {
    columns: differing,
    missing: toTable(columns, missing.slice(0, most), places),
    surplus: toTable(columns, surplus.slice(0, most), places),
    missingCount: missing.length,
    surplusCount: surplus.length,
  }
}

/** The first ones, and those that must be seen. */
function shownPlaces(columns: readonly Column[], needed: readonly string[]): readonly number[] {
  const all = columns.map((_, place) => place)
  const isNeeded = (place: number) => needed.includes(columns[place]?.name ?? '')
  const chosen = [...all.filter(isNeeded), ...all.filter((place) => !isNeeded(place))]
  return chosen.slice(0, shownColumns).toSorted((a, b) => a - b)
}

function toTable(
  columns: readonly Column[],
  rows: readonly Cells[],
  places: readonly number[],
): Table {
  return {
    columns: places.flatMap((place) => {
      const column = columns[place]
      return column === undefined ? [] : [{ ...column, kind: kindOf(column) }]
    }),
    rows: rows.slice(0, shownRows).map((row) => places.map((place) => row[place] ?? null)),
  }
}

/** Cells are text; numbers are shown to the right. */
function kindOf({ dataType }: Column): TableColumn['kind'] {
  if (/int/i.test(dataType) && !/interval|point/i.test(dataType)) return 'integer'
  if (/^(?:double|float|real)/i.test(dataType)) return 'double'
  return /^(?:decimal|numeric)/i.test(dataType) ? 'decimal' : 'text'
}

function toSteps(
  history: readonly HistoryStep[],
  roots: readonly Root[],
  { manifest }: VerifyContext,
): readonly VerifyStep[] {
  const arrivals = new Map(roots.map((root) => [root.node.uniqueId, new Arrivals(root)]))
  const nameOf = (id: UniqueId) => manifest.nodes.get(id)?.name ?? id
  return history.flatMap((step): readonly VerifyStep[] => {
    switch (step.kind) {
      case 'arrive': {
        const root = roots.find(({ node }) => node.uniqueId === step.root)
        const rows = arrivals.get(step.root)?.next(step.rows) ?? []
        return root === undefined ? [] : [toArrival(root, rows)]
      }
      case 'build':
        return [step]
      case 'killed build':
        return [{ kind: step.kind, before: nameOf(step.before) }]
      case 'full refresh':
        return [{ kind: step.kind, model: nameOf(step.node) }]
      default:
        return never(step)
    }
  })
}

function toArrival(root: Root, rows: readonly Cells[]): VerifyStep {
  const { columns, arrival } = root
  const needed = arrival === undefined ? [] : [columns[arrival.place]?.name ?? '']
  const table = toTable(columns, rows, shownPlaces(columns, needed))
  return { kind: 'arrive', root: rootName(root), rows: table, count: rows.length }
}

/** Everything that the sample, the history and the place hang on. */
function commandOf({ seed }: VerifyReport, { options }: VerifyContext, finding: Finding): string {
  const isAlone = finding.kind === 'influence' || finding.isAlone
  const words = (flag: string, values: readonly string[]) =>
    values.length === 0 ? [] : [flag, ...values.map(quoted)]
  const text = (flag: string, value: string | undefined) =>
    value === undefined ? [] : [flag, quoted(value)]
  return [
    'assay verify',
    ...(isAlone
      ? words('--select', [finding.node.name])
      : [...words('--select', options.select), ...words('--exclude', options.exclude)]),
    ...text('--project-dir', options.projectDir),
    ...text('--target', options.target),
    ...text('--vars', options.vars),
    ...words('--static', options.statics),
    ...text('--sandbox', options.sandbox),
    ...(options.rows === defaultRows ? [] : ['--rows', String(options.rows)]),
    '--seed',
    String(seed),
    ...(finding.kind === 'influence' ? [] : ['--history', String(finding.number)]),
  ].join(' ')
}

function quoted(word: string): string {
  return /^[\w.,:@%+/=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
