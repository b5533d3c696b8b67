/** `npm run bench`: start-up, parsing and running generated projects, each beside a baseline measured in the same run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runBareViews } from './bare-views.ts'
import { generateProject, groupOf, nameOf } from './generate-project.ts'
import { type Measured, measure, peakMemory } from './measure.ts'

const assay = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'assay.js')
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
const node = process.execPath

function assayTime(
  name: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly runs?: number; readonly prepare?: () => void } = {},
): Measured {
  const { cwd = folder, runs = 5, prepare } = options
  return measure({
    name,
    file: node,
    args: [assay, ...args],
    cwd,
    runs,
    ...(prepare === undefined ? {} : { prepare }),
  })
}

interface Row {
  readonly work: string
  readonly figure: string
  readonly runs: number
  readonly baseline: string
  readonly ratio: string
  readonly aim: string
}

interface Baseline {
  readonly name: string
  readonly ms: number
}

function timeRow(measured: Measured, baseline: Baseline, aim: string): Row {
  return {
    work: measured.name,
    figure: `${measured.wallMs.toFixed(0)} ms`,
    runs: measured.runs,
    baseline: `${baseline.name}, ${baseline.ms.toFixed(0)} ms`,
    ratio: `${(measured.wallMs / baseline.ms).toFixed(2)} x`,
    aim,
  }
}

function report(rows: readonly Row[]): void {
  console.log('| work | median | runs | baseline of this run | ratio | aim |')
  console.log('|---|---|---|---|---|---|')
  for (const { work, figure, runs, baseline, ratio, aim } of rows) {
    console.log(`| ${work} | ${figure} | ${runs} | ${baseline} | ${ratio} | ${aim} |`)
  }
}

function startRows(start: Baseline): readonly Row[] {
  return [
    timeRow(assayTime('--version', ['--version'], { runs: 9 }), start, '0.1 s'),
    timeRow(assayTime('--help', ['--help'], { runs: 9 }), start, '0.12 s'),
  ]
}

interface ParseAims {
  readonly size: number
  readonly cold: string
  readonly warm: string
  readonly touched: string
  readonly list: string
}

const parseAims: readonly ParseAims[] = [
  { size: 100, cold: '0.2 s', warm: '', touched: '', list: '' },
  { size: 1000, cold: '0.3 s', warm: '0.15 s', touched: '0.15 s', list: '0.2 s' },
  { size: 5000, cold: '0.9 s', warm: '0.25 s', touched: '0.3 s', list: '0.4 s' },
]

function parseRows(start: Baseline, aims: ParseAims): readonly Row[] {
  const { size, cold, warm, touched, list } = aims
  const cwd = join(folder, `p${size}`)
  generateProject(cwd, size)
  const clean = () => rmSync(join(cwd, 'target'), { recursive: true, force: true })
  const touch = () =>
    writeFileSync(
      join(cwd, 'models', groupOf(1), `${nameOf(1)}.sql`),
      `select ${Date.now()} as id, 1 as amount from {{ref "${nameOf(0)}"}}\n`,
    )
  const parse = ['parse', '--quiet']
  const time = (name: string, prepare?: () => void) =>
    assayTime(`${name}, ${size} models`, parse, {
      cwd,
      ...(prepare === undefined ? {} : { prepare }),
    })
  return [
    timeRow(time('parse cold', clean), start, cold),
    timeRow(time('parse warm'), start, warm),
    timeRow(time('parse, one model touched', touch), start, touched),
    timeRow(assayTime(`ls warm, ${size} models`, ['ls', '--quiet'], { cwd }), start, list),
  ]
}

/** The project of 5,000 models has been parsed before: cold is where memory peaks. */
function memoryRow(): Row {
  const cwd = join(folder, 'p5000')
  rmSync(join(cwd, 'target'), { recursive: true, force: true })
  const peak = peakMemory([assay, 'parse', '--quiet'], cwd)
  const bare = peakMemory(['--eval', '0'], cwd)
  return {
    work: 'peak memory, parse cold, 5000 models',
    figure: `${peak.toFixed(0)} MiB`,
    runs: 1,
    baseline: `node alone, ${bare.toFixed(0)} MiB`,
    ratio: `${(peak / bare).toFixed(2)} x`,
    aim: '250 MiB',
  }
}

async function runRows(start: Baseline): Promise<readonly Row[]> {
  const cwd = join(folder, 'p1000')
  generateProject(cwd, 1000)
  const fresh = () => rmSync(join(cwd, 'target'), { recursive: true, force: true })
  const run = ['run', '--quiet']
  const first = assayTime('run 1,000 views, first time', run, { cwd, runs: 3, prepare: fresh })
  const again = assayTime('run 1,000 views, nothing changed', run, { cwd, runs: 3 })
  const compile = ['compile', '--quiet']
  const ms = await runBareViews(join(folder, 'bare.duckdb'), { folder: cwd, models: 1000 })
  const floor = { name: 'the DDL alone', ms }
  return [
    timeRow(first, floor, '1.5 s'),
    timeRow(again, floor, ''),
    timeRow(assayTime('compile 1,000 models', compile, { cwd, runs: 3 }), start, '0.7 s'),
  ]
}

try {
  const bare = measure({ name: 'node -e 0', file: node, args: ['-e', '0'], cwd: folder, runs: 9 })
  const start = { name: 'node alone', ms: bare.wallMs }
  const rows = [
    ...startRows(start),
    ...parseAims.flatMap((aims) => parseRows(start, aims)),
    memoryRow(),
    ...(await runRows(start)),
  ]
  report(rows)
  console.log(`bench: ${rows.length} figures, each the median of its runs, on ${process.version}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
