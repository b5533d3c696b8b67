import { test } from 'vitest'
import { testAdapters, openAdapter } from '../../support/adapters.ts'
import { migrateLedger } from '../../../src/ledger/migrate-ledger.ts'
import { startRun, takeToken } from '../../../src/ledger/runs.ts'
import { recordNodeRun, readPublications } from '../../../src/ledger/node-runs.ts'
for (const each of testAdapters())
  for (const workers of [1, 2, 4])
    test(`${each.name} ${workers}`, async () => {
      const a = await openAdapter(await each.createTarget())
      await migrateLedger(a)
      let t = performance.now()
      await migrateLedger(a)
      console.log('current ledger', (performance.now() - t).toFixed(1))
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
      const build = async (tag: string) => {
        t = performance.now()
        let n = 0
        await Promise.all(
          Array.from({ length: workers }, async () => {
            while (n < 1000) {
              const i = n++
              await a.transaction({ inputs: [{ schema: 's', identifier: 't' }] }, async (s) => {
                await s.replaceView(
                  { schema: 's', identifier: `v${i}` },
                  `select a, b + ${i} as c from s.t`,
                )
                await recordNodeRun(s, {
                  runId: 'r',
                  uniqueId: `model.x.v${i}`,
                  relation: { schema: 's', identifier: `v${i}` },
                  status: 'success',
                  fingerprint: 'f',
                  rowCount: undefined,
                  epoch: 'e',
                  fencingToken: await takeToken(s, `s.v${i}`, run),
                  startedAt: '2026-01-01T00:00:00Z',
                  finishedAt: '2026-01-01T00:00:00Z',
                  message: 'created view',
                })
              })
            }
          }),
        )
        console.log(each.name, workers, tag, (performance.now() - t).toFixed(0), 'ms')
      }
      await build('first')
      await build('again')
      t = performance.now()
      await a.readState(['s'])
      console.log('readState', (performance.now() - t).toFixed(0))
      t = performance.now()
      await a.session({}, (s) =>
        readPublications(
          s,
          Array.from({ length: 1000 }, (_, i) => `s.v${i}`),
        ),
      )
      console.log('readPublications', (performance.now() - t).toFixed(0))
      t = performance.now()
      await a.transaction({}, async (s) => {
        for (let i = 0; i < 100; i++) await s.describe({ schema: 's', identifier: `v${i}` })
      })
      console.log('100 describes', (performance.now() - t).toFixed(0))
      const cols = [
        { name: 'a', dataType: 'integer' },
        { name: 'b', dataType: 'text' },
      ]
      await a.session({}, (s) =>
        s.execute(a.dialect.createTable({ schema: 's', identifier: 'big' }, cols)),
      )
      t = performance.now()
      await a.transaction({}, (s) =>
        s.appendText(
          { schema: 's', identifier: 'big' },
          cols,
          (async function* () {
            for (let i = 0; i < 500000; i++) yield [String(i), `text ${i}`]
          })(),
        ),
      )
      console.log('append 500k', (performance.now() - t).toFixed(0))
      t = performance.now()
      const swaps = 50
      for (let i = 0; i < swaps; i++)
        await a.transaction({}, async (s) => {
          await s.execute(`create table s.n as select ${i} as a`)
          await s.swapTable({
            candidate: { schema: 's', identifier: 'n' },
            target: { schema: 's', identifier: 'sw' },
            rebuiltLater: new Set(),
          })
        })
      console.log('swap', ((performance.now() - t) / swaps).toFixed(1), 'ms each')
      await a.close()
    }, 120000)
