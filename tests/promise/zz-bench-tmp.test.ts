import { test } from 'vitest'
import { appendFileSync, rmSync, mkdirSync } from 'node:fs'
import { createDuckdbAdapter } from '../../src/adapters/duckdb/adapter.ts'
import { countSql, summarySql } from '../../src/transform/diff/diff-sql.ts'
const t0 = { t: Date.now() }
const lap = (n: string) => { appendFileSync('/tmp/bench/laps', [n, (Date.now() - t0.t) / 1000, Math.round(process.memoryUsage().rss / 1e6)].join(' ') + '\n'); t0.t = Date.now() }
const base = { type: 'duckdb', name: 'x', schema: 'main', threads: 2, timezone: 'UTC', isAtomic: false, leaseTimeoutMs: 60000 } as const
test('phases', async () => {
  const src = createDuckdbAdapter({ ...base, path: '/tmp/bench/target/test.duckdb' })
  rmSync('/tmp/bench/work', { recursive: true, force: true }); mkdirSync('/tmp/bench/work')
  const work = createDuckdbAdapter({ ...base, path: '/tmp/bench/work/w.duckdb', memoryLimit: '512MB', tempDirectory: '/tmp/bench/work' })
  const cols = ['id', 'name', 'price', 'ratio', 'made', 'flag', 'words', 'wide']
  const sql = `select ${cols.map((c, i) => `cast(${c} as text) as c${i}`).join(', ')} from main.big`
  lap('start')
  await src.readOnly({}, async (s) => { let n = 0; for await (const _ of s.readText(sql)) n += 1; lap(`read only ${n}`) })
  for (const side of ['a', 'b']) await work.session({}, async (w) => {
    await w.execute(`create table side_${side} (${cols.map((_, i) => `c${i} text`).join(', ')})`)
    await src.readOnly({}, (s) => w.appendText({ schema: 'main', identifier: `side_${side}` }, cols.map((_, i) => ({ name: `c${i}`, dataType: 'text' })), s.readText(sql)))
    lap(`append ${side}`)
  })
  const source = { database: 'duckdb', a: 'select * from side_a', b: 'select * from side_b', columns: cols.map((c) => ({ isKey: c === 'id', comparedAs: c === 'ratio' || c === 'price' ? 'float' : 'text', isNumber: true })), tolerance: 1e-9, hasRepeats: false } as const
  await work.session({}, async (w) => {
    await w.query(countSql(source)); lap('count')
    await w.query(summarySql(source)); lap('summary')
    await w.query(summarySql({ ...source, hasRepeats: true })); lap('summary repeats')
  })
}, 600000)
