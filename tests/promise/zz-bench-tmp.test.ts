import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { test, inject } from 'vitest'
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
    const cpu = /User time \(seconds\): ([\d.]+)/.exec(r.stderr)?.[1]
    appendFileSync(
      '/tmp/bench/result',
      `${argv.join(' ')} exit ${r.status} ${(Date.now() - t) / 1000} s, user ${cpu}, rss MB ${Number(rss) / 1024}\n${r.status === 0 ? '' : r.stdout.slice(0, 300) + r.stderr.slice(0, 500)}\n`,
    )
  }
  for (const rows of ['250000', '1000000', '2000000']) {
    const vars = ['--vars', `{rows: ${rows}}`]
    run('build', '-t', 'duckdb', ...vars)
    run('build', '-t', 'postgres', ...vars)
    run('diff', 'duckdb', 'postgres', ...vars)
    if (rows === '1000000') {
      run('diff', 'duckdb', 'postgres', '--key', 'wide', '--limit', '0', ...vars)
    }
  }
}, 1500000)
