/** Contract: the ledger on every database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Adapter } from '../../../src/core/adapter.ts'
import type { Relation } from '../../../src/core/relation.ts'
import { newEpoch } from '../../../src/ledger/cursors/epochs.ts'
import { LedgerVersionError, migrateLedger } from '../../../src/ledger/schema/migrate-ledger.ts'
import { ledgerVersion, migrations } from '../../../src/ledger/schema/migrations.ts'
import { readLastTestResults } from '../../../src/ledger/runs/last-test-results.ts'
import { readPublications, recordNodeRun } from '../../../src/ledger/runs/node-runs.ts'
import { finishRun, type RunStart, startRun } from '../../../src/ledger/runs/runs.ts'
import { recordTestResults } from '../../../src/ledger/runs/test-results.ts'
import { openAdapter, type TestAdapter } from '../../support/adapters.ts'
import { read, run } from './publishing.ts'

const moment = (second: number) => `2026-03-01T10:00:0${second}.000Z`

const everyVersion = migrations.map(({ version }) => ({ version }))

const start = (runId: string) => ({
  runId,
  command: 'build',
  target: 'dev',
  version: '0.1.0',
  startedAt: moment(0),
})

interface Published {
  readonly session: Parameters<typeof recordNodeRun>[0]
  readonly run: RunStart
  readonly version: number
  readonly relation: Relation
  readonly status?: 'success' | 'error'
  readonly fingerprint: string
  readonly second: number
}

async function record({
  session,
  run,
  version,
  relation,
  status = 'success',
  fingerprint,
  second,
}: Published) {
  await recordNodeRun(session, {
    runId: run.runId,
    uniqueId: `model.shop.${relation.identifier}`,
    relation,
    status,
    fingerprint,
    rowCount: 3,
    epoch: 'e1',
    fencingToken: 1,
    version,
    dataVersion: `v${version}`,
    identity: 'i1',
    because: 'first build',
    components: undefined,
    startedAt: moment(0),
    finishedAt: moment(second),
    message: 'created table',
  })
}

export function ledgerContract(testAdapter: TestAdapter): void {
  describe('the ledger', () => {
    let adapter: Adapter
    beforeAll(async () => {
      adapter = await openAdapter(await testAdapter.createTarget())
    })
    afterAll(() => adapter.close())

    test('is made once, and again does nothing', async () => {
      await migrateLedger(adapter)
      await migrateLedger(adapter)
      const { relations } = await adapter.readState(['_assay'])
      expect([...relations.keys()].toSorted()).toEqual([
        '_assay.batches',
        '_assay.changes',
        '_assay.cursors',
        '_assay.dead_letters',
        '_assay.erasures',
        '_assay.exports',
        '_assay.heartbeats',
        '_assay.leases',
        '_assay.loads',
        '_assay.migrations',
        '_assay.node_runs',
        '_assay.pending_hooks',
        '_assay.relations',
        '_assay.runs',
        '_assay.source_freshness',
        '_assay.test_results',
        '_assay.wanted_batches',
      ])
      expect(await read(adapter, 'select version from _assay.migrations order by 1')).toEqual(
        everyVersion,
      )
    })

    test('knows runs from their beginning to their end', async () => {
      await adapter.session({}, async (session) => {
        await startRun(session, start('r0'))
        await finishRun(session, start('r0'), {
          phase: 'finished',
          finishedAt: moment(9),
          counts: { success: 2 },
        })
      })
      expect(
        await read(
          adapter,
          "select phase, recorded_at, counts from _assay.runs where run_id = 'r0' order by recorded_at",
        ),
      ).toEqual([
        { phase: 'started', recorded_at: '2026-03-01 10:00:00+00', counts: '{}' },
        { phase: 'finished', recorded_at: '2026-03-01 10:00:09+00', counts: '{"success":2}' },
      ])
    })

    test('gives the newest successful publication of each relation', async () => {
      const a = { schema: 's', identifier: 'a' }
      const b = { schema: 's', identifier: 'b' }
      await adapter.session({}, async (session) => {
        const first = start('r1')
        await record({ session, run: first, version: 1, relation: a, fingerprint: 'f1', second: 8 })
        const second = start('r2')
        // The clock of the second run is behind: the version decides.
        await record({
          session,
          run: second,
          version: 2,
          relation: a,
          fingerprint: 'f2',
          second: 1,
        })
        await record({
          session,
          run: second,
          version: 1,
          relation: b,
          status: 'error',
          fingerprint: 'f3',
          second: 2,
        })
      })
      const found = await adapter.session({}, (session) =>
        readPublications(session, ['s.a', 's.b', 's.c']),
      )
      expect([...found.keys()]).toEqual(['s.a'])
      expect(found.get('s.a')).toMatchObject({
        fingerprint: 'f2',
        runId: 'r2',
        epoch: 'e1',
        finishedAt: '2026-03-01 10:00:01+00',
      })
    })

    test('keeps test results and epochs', async () => {
      await adapter.session({}, async (session) => {
        await newEpoch(session, 's.a', { reason: 'full refresh', run: start('r5') })
        const result = {
          runId: 'r5',
          status: 'fail',
          failures: 2,
          recordedAt: moment(3),
          message: "it's",
          fingerprint: undefined,
        } as const
        await recordTestResults(session, [
          { ...result, uniqueId: 'test.shop.x', dimension: 'uniqueness' },
          { ...result, uniqueId: 'test.shop.y', dimension: undefined },
        ])
        await recordTestResults(session, [])
      })
      expect(
        await read(
          adapter,
          'select unique_id, dimension, message from _assay.test_results order by 1',
        ),
      ).toEqual([
        { unique_id: 'test.shop.x', dimension: 'uniqueness', message: "it's" },
        { unique_id: 'test.shop.y', dimension: null, message: "it's" },
      ])
      expect(
        await read(adapter, 'select relation_key, epoch, reason from _assay.relations'),
      ).toEqual([{ relation_key: 's.a', epoch: 'r5', reason: 'full refresh' }])
    })

    test('gives the last result of each test that is asked for, of this target, skips left out', async () => {
      const result = { dimension: undefined, message: '', fingerprint: undefined } as const
      const found = (runId: string, status: 'pass' | 'fail' | 'skipped', second: number) => ({
        ...result,
        runId,
        uniqueId: 'test.shop.last',
        status,
        failures: second,
        recordedAt: moment(second),
      })
      const last = await adapter.session({}, async (session) => {
        await startRun(session, start('here'))
        await startRun(session, { ...start('elsewhere'), target: 'prod' })
        await recordTestResults(session, [
          found('here', 'fail', 2),
          found('here', 'pass', 1),
          found('elsewhere', 'pass', 3),
          found('here', 'skipped', 4),
          { ...found('here', 'pass', 5), uniqueId: 'test.shop.of_another_project' },
        ])
        const uniqueIds = ['test.shop.last', 'test.shop.never_run']
        return {
          dev: await readLastTestResults(session, { target: 'dev', uniqueIds }),
          none: await readLastTestResults(session, { target: 'dev', uniqueIds: [] }),
        }
      })
      expect([...last.dev]).toEqual([
        [
          'test.shop.last',
          {
            status: 'fail',
            failures: 2,
            message: '',
            recordedAt: '2026-03-01 10:00:02+00',
            runId: 'here',
          },
        ],
      ])
      expect(last.none.size).toBe(0)
    })

    test('joins the transaction of the caller', async () => {
      const failing = adapter.transaction({}, async (session) => {
        await startRun(session, start('r6'))
        throw new RangeError('no')
      })
      await expect(failing).rejects.toThrow(new RangeError('no'))
      expect(await read(adapter, "select phase from _assay.runs where run_id = 'r6'")).toEqual([])
    })

    test('of a newer version is refused', async () => {
      await run(adapter, 'insert into _assay.migrations values (99, current_timestamp)')
      await expect(migrateLedger(adapter)).rejects.toEqual(
        new LedgerVersionError(99, ledgerVersion),
      )
    })

    test('made by eight at once is made once', async () => {
      const target = await testAdapter.createTarget()
      const adapters = await Promise.all(Array.from({ length: 8 }, () => openAdapter(target)))
      await Promise.all(adapters.map((each) => migrateLedger(each)))
      const [first] = adapters
      if (first === undefined) throw new Error('there is no adapter')
      expect(await read(first, 'select version from _assay.migrations order by 1')).toEqual(
        everyVersion,
      )
      await Promise.all(adapters.map((each) => each.close()))
    })
  })
}
