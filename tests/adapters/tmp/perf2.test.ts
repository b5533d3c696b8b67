import { test } from 'vitest'
import { testAdapters, openAdapter } from '../../support/adapters.ts'
import { migrateLedger } from '../../../src/ledger/migrate-ledger.ts'
import { startRun, takeToken } from '../../../src/ledger/runs.ts'
import { recordNodeRun } from '../../../src/ledger/node-runs.ts'
for (const each of testAdapters())
  for (const workers of [1, 4])
    test(`${each.name} ${workers}`, async () => {
      const a = await openAdapter(await each.createTarget())
      await migrateLedger(a)
      let t = 0
      const run = await a.session({}, (s) =>
        startRun(s, a.dialect, {
          runId: 'r',
          command: 'build',
          target: 'd',
          version: '1',
          startedAt: '2026-01-01T00:00:00Z',
        }),
      )
      await a.session({}, (s) => s.execute('create schema s'))
      await a.session({}, (s) => s.execute('create table s.t as select 1 as a, 2 as b'))
      const sum: Record<string, number> = {}
      const time = async <T>(k: string, p: Promise<T>) => {
        const b = performance.now()
        const v = await p
        sum[k] = (sum[k] ?? 0) + performance.now() - b
        return v
      }
      const build = async (tag: string) => {
        t = performance.now()
        let n = 0
        const cpu = process.cpuUsage()
        await Promise.all(
          Array.from({ length: workers }, async () => {
            while (n < 1000) {
              const i = n++
              await time(
                'tx',
                a.transaction({}, async (s) => {
                  await time(
                    'view',
                    s.replaceView(
                      { schema: 's', identifier: `v${i}` },
                      `select a, b + ${i} as c from s.t`,
                    ),
                  )
                  await time(
                    'ledger',
                    recordNodeRun(s, {
                      runId: 'r',
                      uniqueId: `model.x.v${i}`,
                      relation: { schema: 's', identifier: `v${i}` },
                      status: 'success',
                      fingerprint: 'f',
                      rowCount: undefined,
                      epoch: 'e',
                      fencingToken: await time('token', takeToken(s, `s.v${i}`, run)),
                      startedAt: '2026-01-01T00:00:00Z',
                      finishedAt: '2026-01-01T00:00:00Z',
                      message: 'created view',
                    }),
                  )
                }),
              )
            }
          }),
        )
        const c = process.cpuUsage(cpu)
        console.log(
          'RES',
          each.name,
          workers,
          tag,
          (performance.now() - t).toFixed(0),
          'ms; cpu',
          (c.user / 1000).toFixed(0),
          (c.system / 1000).toFixed(0),
          JSON.stringify(sum),
        )
      }
      await build('first')
      await build('again')
      await a.close()
    }, 120000)
