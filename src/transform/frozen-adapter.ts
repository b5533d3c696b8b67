/** An Adapter whose every statement finds the clock stopped at one instant. */
import type { Adapter, Session } from '../core/adapter.ts'
import { freezeClock } from './plan/state/freeze-clock.ts'

export function frozenAdapter(inner: Adapter, instant: string): Adapter {
  const known = new Map<string, string>()
  const freeze = (sql: string): string => {
    const done = known.get(sql) ?? freezeClock(sql, instant)
    known.set(sql, done)
    return done
  }
  const frozen = (session: Session): Session => ({
    ...session,
    execute: (sql, parameters) => session.execute(freeze(sql), parameters),
    query: (sql, parameters) => session.query(freeze(sql), parameters),
    queryOnce: (relation, sql) => session.queryOnce(relation, freeze(sql)),
    queryTable: (sql) => session.queryTable(freeze(sql)),
    ask: (sql) => session.ask(freeze(sql)),
    openReader: async (options) => {
      const reader = await session.openReader(options)
      return {
        ...reader,
        read: (sql) => reader.read(freeze(sql)),
        count: (from) => reader.count(freeze(from)),
      }
    },
    readText: (sql) => session.readText(freeze(sql)),
    readTable: (sql) => session.readTable(freeze(sql)),
    replaceView: (relation, select, rebuiltLater) =>
      session.replaceView(relation, freeze(select), rebuiltLater),
  })
  return {
    ...inner,
    transaction: (options, work) => inner.transaction(options, (session) => work(frozen(session))),
    session: (options, work) => inner.session(options, (session) => work(frozen(session))),
    readOnly: (options, work) => inner.readOnly(options, (session) => work(frozen(session))),
  }
}
