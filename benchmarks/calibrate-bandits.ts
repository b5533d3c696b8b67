/**
 * `npx tsx benchmarks/calibrate-bandits.ts`: 200 bandits played in SQL, batch by batch. Do their intervals hold the truth as
 * often as they say, is the best price found, and does regret flatten? REPLAYS, BATCHES, VISITORS and SEED change the size.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isJsonObject, parseJson, type JsonObject } from '../src/core/json.ts'
import { type Replays, replaysFiles, replaysVars } from './bandits/replays-project.ts'

const assay = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'assay.js')
const numberOf = (name: string, usual: number) => Number(process.env[name] ?? usual)
const batches = numberOf('BATCHES', 12)
const size = {
  replays: numberOf('REPLAYS', 200),
  visitors: numberOf('VISITORS', 1000),
  seed: numberOf('SEED', 1),
}

/** PGHOST and so on choose the server; without PGHOST it is DuckDB. */
const target = process.env['PGHOST'] === undefined ? 'duckdb' : 'postgres'
const targets = `targets:
  duckdb: { type: duckdb, path: target/replays.duckdb }
  postgres:
    type: postgres
    host: "{{env 'PGHOST' 'localhost'}}"
    port: "{{env 'PGPORT' '5432'}}"
    user: "{{env 'PGUSER' 'postgres'}}"
    password: "{{env 'PGPASSWORD' ''}}"
    database: "{{env 'PGDATABASE' 'postgres'}}"
`

const lines: string[] = []
for (const truth of ['fixed', 'prior'] as const) lines.push(...play({ ...size, truth }))
console.log(lines.join('\n'))

function play(replays: Replays): readonly string[] {
  const cwd = mkdtempSync(join(tmpdir(), 'assay-replays-'))
  try {
    const yaml = `name: replays\ntarget: ${target}\n${targets}${replaysVars(replays)}`
    for (const [path, text] of Object.entries({ 'assay.yml': yaml, ...replaysFiles() })) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
    run(cwd, 'run', '--full-refresh')
    for (let batch = 2; batch <= batches; batch += 1) run(cwd, 'run', '--select', 'plays')
    const calibration = rowsOf(cwd, 'calibration', 'level')
    const progress = rowsOf(cwd, 'progress', 'batch')
    const told = [progress[0], progress[Math.floor(batches / 2) - 1], progress.at(-1)]
    return [
      `${replays.truth} rates, ${replays.replays} replays, ${batches} batches of ${replays.visitors} visitors, ${target}`,
      ...calibration.map((row) => coverageLine(row)),
      ...told.flatMap((row) => (row === undefined ? [] : [progressLine(row)])),
    ]
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

function coverageLine(row: JsonObject): string {
  const [level, intervals, covering] = ['level', 'intervals', 'covering'].map((key) =>
    Number(row[key]),
  )
  const rate = (covering ?? 0) / (intervals ?? 1)
  const error = Math.sqrt(((level ?? 0) * (1 - (level ?? 0))) / (intervals ?? 1))
  return `  ${(100 * (level ?? 0)).toFixed(0)}% intervals that hold the truth: ${(100 * rate).toFixed(1)}% of ${intervals} (chance alone: +- ${(100 * error).toFixed(1)})`
}

function progressLine(row: JsonObject): string {
  const [batch, regret, share] = ['batch', 'regret', 'best_share'].map((key) => Number(row[key]))
  return `  batch ${batch}: regret ${(regret ?? 0).toFixed(4)} a visitor, ${(100 * (share ?? 0)).toFixed(0)}% see the best price`
}

function rowsOf(cwd: string, model: string, order: string): readonly JsonObject[] {
  const query = `select * from {{ref "${model}"}} order by ${order}`
  const printed = parseJson(
    run(cwd, 'show', '--inline', query, '--output', 'json', '--numbers', '--limit', '-1'),
  )
  const rows = isJsonObject(printed) ? printed['show'] : undefined
  return Array.isArray(rows) ? rows.filter(isJsonObject) : []
}

function run(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [assay, ...args], {
    cwd,
    encoding: 'utf8',
  })
  if (status === 0) return stdout
  throw new Error(`assay ${args.join(' ')} ended with ${String(status)}:\n${stdout}${stderr}`)
}
