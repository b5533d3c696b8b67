/** What the run knows, for compiling a test or a view in it. */
import type { Session } from '../../../core/adapter.ts'
import type { UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { CompileContext } from '../../plan/compile/compile-context.ts'
import type { Asker } from '../ask/asker.ts'
import type { RunContext } from '../run-context.ts'

export function compileContext(
  context: Pick<RunContext, 'manifest' | 'adapter' | 'run' | 'runStartedAt'>,
  standIns: ReadonlyMap<UniqueId, Relation> = new Map(),
  isIncremental = false,
): CompileContext {
  return {
    manifest: context.manifest,
    dialect: context.adapter.dialect,
    invocationId: context.run.runId,
    runStartedAt: context.runStartedAt,
    standIns,
    isIncremental,
    reads: new Map(),
  }
}

/** For one compilation: what is asked is remembered by the asker. */
export function askerOf(
  { adapter }: RunContext,
  session: Session,
  standIns: ReadonlyMap<UniqueId, Relation> = new Map(),
): Asker {
  const explainError = (error: unknown) => adapter.explainError(error)
  return { session, explainError, answers: new Map(), standIns }
}
