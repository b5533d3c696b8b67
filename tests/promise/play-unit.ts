/** A publish unit run in a session as the executor runs it, without the ledger: for histories of many runs. */
import { expect } from 'vitest'
import type { Session } from '../../src/core/adapter.ts'
import type { Result } from '../../src/core/result.ts'
import type { PublishUnit, Step } from '../../src/transform/plan/publish-unit.ts'

export async function playUnit(session: Session, unit: PublishUnit): Promise<void> {
  const play = async (steps: Result<readonly Step[]> | undefined): Promise<void> => {
    if (steps?.ok === false) throw new Error(steps.diagnostics[0]?.message)
    for (const step of steps?.value ?? []) await playStep(session, step)
  }
  for (const step of unit.build) await playStep(session, step)
  const columns = (await session.describe(unit.batch ?? unit.candidate))?.columns ?? []
  await play(unit.checks?.(columns))
  await play(unit.publish(columns))
}

async function playStep(session: Session, step: Step): Promise<void> {
  switch (step.kind) {
    case 'statement':
      await session.execute(step.sql)
      return
    case 'refuse-rows':
      expect(await session.query(step.sql)).toEqual([])
      return
    case 'swap':
      await session.swapTable({
        candidate: step.candidate,
        target: step.target,
        rebuiltLater: new Set(),
      })
      return
    case 'contract':
    case 'rows':
    case 'generated-rows':
    case 'alter':
    case 'file':
    case 'indexes':
    case 'replace-view':
    case 'reuse':
      throw new Error(`a step of kind ${step.kind} is not played here`)
  }
}
