/** Contract: who holds a lease can show that it lives, and others can ask. */
import { describe, expect, test } from 'vitest'
import type { Subject } from '../contract.ts'
import { read, run } from './publishing.ts'
import { freshSchema } from './sessions.ts'

export function livenessContract(get: () => Subject): void {
  describe('liveness', () => {
    test('a holder that shows itself is alive, one that nobody heard of is not', async () => {
      const { adapter } = get()
      const shown = await adapter.showAlive('r-alive')
      const own = { runId: 'r-alive', sessionName: adapter.sessionName }
      const stranger = { runId: 'r-gone', sessionName: 'assay/gone' }
      const answers = await adapter.transaction({}, async (session) => [
        await adapter.isAlive(session, own),
        await adapter.isAlive(session, stranger),
        await adapter.isAlive(session, own),
      ])
      await shown.release()
      expect(answers).toEqual([true, false, true])
    })

    test('heartbeats are statements that hold, also while a transaction is open', async () => {
      const { adapter } = get()
      await freshSchema(adapter, 'beats')
      await run(adapter, 'create table beats.t (who text, beat integer)')
      const shown = await adapter.showAlive('r-beats')
      await adapter.transaction({}, async () => {
        await shown.run('insert into beats.t values ($1, $2)', ['it', 1])
        await shown.run('insert into beats.t values ($1, $2)', ['it', 2])
      })
      expect(await read(adapter, 'select * from beats.t order by beat')).toEqual([
        { who: 'it', beat: 1 },
        { who: 'it', beat: 2 },
      ])
      await shown.release()
    })

    test('a heartbeat that the database refuses says so, and the next one goes through', async () => {
      const { adapter } = get()
      const shown = await adapter.showAlive('r-refused')
      await expect(shown.run('select * from nowhere_at_all', [])).rejects.toThrow(/nowhere_at_all/)
      await shown.run('select 1', [])
      await shown.release()
    })

    test('ending a holder that is gone does no harm', async () => {
      const { adapter } = get()
      const rows = await adapter.transaction({}, async (session) => {
        await adapter.endHolder(session, { runId: 'r-gone', sessionName: `it's "gone" $1 \\` })
        return await session.query('select 1 as a')
      })
      expect(rows).toEqual([{ a: 1 }])
    })
  })
}
