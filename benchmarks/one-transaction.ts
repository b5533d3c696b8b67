/** `npx tsx benchmarks/one-transaction.ts`: a DAG in one transaction (--atomic) against one transaction a node, on DuckDB. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measure } from './measure.ts'

const assay = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'assay.js')
const folder = mkdtempSync(join(tmpdir(), 'assay-atomic-'))
const rows = Number(process.env['ROWS'] ?? 2_000_000)

const dialects = {
  duckdb: { numbers: `range(${rows}) as r (id)` },
  postgres: { numbers: `generate_series(0, ${rows - 1}) as r (id)` },
}

/** PGHOST and so on choose the server; without PGHOST only DuckDB is measured. */
const engines =
  process.env['PGHOST'] === undefined ? (['duckdb'] as const) : (['duckdb', 'postgres'] as const)

const files = (engine: keyof typeof dialects): Readonly<Record<string, string>> => {
  const { numbers } = dialects[engine]
  const table = '{{config materialized="table"}}\n'
  const chain = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [
      `models/step_${index}.sql`,
      `${table}select id, user_id, seen_at, amount + ${index} as amount from {{ref "${index === 0 ? 'events' : `step_${index - 1}`}"}} where id % 97 <> ${index}`,
    ]),
  )
  return {
    'assay.yml': `name: atomic
target: duckdb
targets:
  duckdb: { type: duckdb, path: target/bench.duckdb }
  postgres:
    type: postgres
    host: "{{env 'PGHOST' 'localhost'}}"
    port: "{{env 'PGPORT' '5432'}}"
    user: "{{env 'PGUSER' 'postgres'}}"
    password: "{{env 'PGPASSWORD' ''}}"
    database: "{{env 'PGDATABASE' 'postgres'}}"
`,
    'models/events.sql': `${table}select id, id % 50000 as user_id, id * 13 % 1000003 as seen_at, id % 1000 as amount from ${numbers}`,
    ...chain,
    'models/prices.sql': `${table}select user_id, seen_at, max(amount) as price from {{ref "step_3"}} where id % 5 = 0 group by user_id, seen_at`,
    'models/joined.sql':
      engine === 'duckdb'
        ? `${table}select e.id, e.amount, p.price from {{ref "step_7"}} as e asof left join {{ref "prices"}} as p on p.user_id = e.user_id and p.seen_at <= e.seen_at`
        : `${table}select e.id, e.amount, p.price from {{ref "step_7"}} as e left join {{ref "prices"}} as p on p.user_id = e.user_id and p.seen_at = e.seen_at`,
    'models/totals.sql': `${table}select id % 100 as bucket, sum(amount) as total, max(price) as price from {{ref "joined"}} group by id % 100`,
  }
}

const lines: string[] = []
for (const engine of engines) {
  const cwd = join(folder, engine)
  for (const [path, text] of Object.entries(files(engine))) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  const run = (name: string, ...flags: readonly string[]) =>
    measure({
      name,
      file: process.execPath,
      args: [assay, 'run', '--target', engine, ...flags],
      cwd,
      runs: 3,
    }).wallMs
  run('warm')
  const apart = run('one transaction a node, 4 threads')
  const single = run('one transaction a node, 1 thread', '--threads', '1')
  const joined = run('--atomic', '--atomic')
  lines.push(
    `| ${engine} | ${rows} | ${apart.toFixed(0)} ms | ${single.toFixed(0)} ms | ${joined.toFixed(0)} ms | ${(joined / apart).toFixed(2)} x | ${(joined / single).toFixed(2)} x |`,
  )
}
console.log(
  '| engine | rows | a transaction a node, 4 threads | the same, 1 thread | --atomic | ratio | ratio to 1 thread |',
)
console.log('|---|---|---|---|---|---|---|')
for (const line of lines) console.log(line)
rmSync(folder, { recursive: true, force: true })
