import { execFileSync, spawnSync } from 'node:child_process'
import { test, inject, expect } from 'vitest'
import { rmSync } from 'node:fs'
test('bench', () => {
  const pg = inject('postgres')
  if (pg === null) throw new Error('no pg')
  const env = { ...process.env, PGPORT: String(pg.port) }
  const run = (...argv: string[]) => {
    const t = Date.now()
    const r = spawnSync(
      '/usr/bin/time',
      ['-v', process.execPath, '/work/main/bin/assay.js', ...argv],
      { cwd: '/tmp/bench', env, encoding: 'utf8' },
    )
    const rss = /Maximum resident set size \(kbytes\): (\d+)/.exec(r.stderr)?.[1]
    console.log(
      argv.join(' '),
      'exit',
      r.status,
      (Date.now() - t) / 1000,
      's rss MB',
      Number(rss) / 1024,
      '\n',
      r.stdout.slice(-1500),
      r.status === 2 ? r.stderr : '',
    )
  }
  rmSync('/tmp/bench/target', { recursive: true, force: true })
  run('build', '-t', 'duckdb')
  run('build', '-t', 'postgres')
  run('diff', 'duckdb', 'postgres')
  run('diff', 'duckdb', 'postgres', '--select', 'nothing')
  run('show', '-t', 'duckdb', '--inline', 'select 1 as one')
}, 600000)
