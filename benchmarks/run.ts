/** `npm run bench`: start-up, parsing and running generated projects, each beside a baseline measured in the same run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runBareViews } from './bare-views.ts'
import { generateProject, nameOf } from './generate-project.ts'
import { type Measured, measure } from './measure.ts'

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

function report(
  rows: readonly {
    readonly measured: Measured
    readonly baseline: string
    readonly baselineMs: number | undefined
    readonly aim: string
  }[],
): void {
  console.log('| work | median ms | runs | baseline of this run | ratio | aim |')
  console.log('|---|---|---|---|---|---|')
  for (const { measured, baseline, baselineMs, aim } of rows) {
    const ratio = baselineMs === undefined ? '' : `${(measured.wallMs / baselineMs).toFixed(2)} x`
    console.log(
      `| ${measured.name} | ${measured.wallMs.toFixed(0)} | ${measured.runs} | ${baseline} | ${ratio} | ${aim} |`,
    )
  }
}

try {
  const bare = measure({ name: 'node -e 0', file: node, args: ['-e', '0'], cwd: folder, runs: 9 })
  const start = `node alone, ${bare.wallMs.toFixed(0)} ms`
  const rows = [
    {
      measured: assayTime('--version', ['--version'], { runs: 9 }),
      baseline: start,
      baselineMs: bare.wallMs,
      aim: '0.1 s',
    },
    {
      measured: assayTime('--help', ['--help'], { runs: 9 }),
      baseline: start,
      baselineMs: bare.wallMs,
      aim: '0.12 s',
    },
  ]
  for (const { size, cold, warm } of [
    { size: 100, cold: '0.2 s', warm: '' },
    { size: 1000, cold: '0.3 s', warm: '0.15 s' },
    { size: 5000, cold: '0.9 s', warm: '0.25 s' },
  ]) {
    const cwd = join(folder, `p${size}`)
    generateProject(cwd, size)
    const clean = () => rmSync(join(cwd, 'target'), { recursive: true, force: true })
    const touch = () =>
      writeFileSync(
        join(cwd, 'models/group_0', `${nameOf(1)}.sql`),
        `select ${Date.now()} as id, 1 as amount from {{ref "${nameOf(0)}"}}\n`,
      )
    rows.push(
      {
        measured: assayTime(`parse cold, ${size} models`, ['parse', '--quiet'], {
          cwd,
          prepare: clean,
        }),
        baseline: start,
        baselineMs: bare.wallMs,
        aim: cold,
      },
      {
        measured: assayTime(`parse warm, ${size} models`, ['parse', '--quiet'], { cwd }),
        baseline: start,
        baselineMs: bare.wallMs,
        aim: warm,
      },
      {
        measured: assayTime(`parse, one model touched, ${size}`, ['parse', '--quiet'], {
          cwd,
          prepare: touch,
        }),
        baseline: start,
        baselineMs: bare.wallMs,
        aim: warm,
      },
      {
        measured: assayTime(`ls warm, ${size} models`, ['ls', '--quiet'], { cwd }),
        baseline: start,
        baselineMs: bare.wallMs,
        aim: size === 1000 ? '0.2 s' : '',
      },
    )
  }
  const cwd = join(folder, 'p1000')
  generateProject(cwd, 1000)
  const views = await runBareViews(join(folder, 'bare.duckdb'), 1000)
  const floor = `the DDL alone, ${views.toFixed(0)} ms`
  const fresh = () => rmSync(join(cwd, 'target'), { recursive: true, force: true })
  rows.push(
    {
      measured: assayTime('run 1,000 views, first time', ['run', '--quiet'], {
        cwd,
        runs: 3,
        prepare: fresh,
      }),
      baseline: floor,
      baselineMs: views,
      aim: '1.5 s',
    },
    {
      measured: assayTime('run 1,000 views, nothing changed', ['run', '--quiet'], { cwd, runs: 3 }),
      baseline: floor,
      baselineMs: views,
      aim: '',
    },
    {
      measured: assayTime('compile 1,000 models', ['compile', '--quiet'], { cwd, runs: 3 }),
      baseline: start,
      baselineMs: bare.wallMs,
      aim: '0.7 s',
    },
  )
  report(rows)
  console.log(`bench: ${rows.length} figures, each the median of its runs, on ${process.version}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
