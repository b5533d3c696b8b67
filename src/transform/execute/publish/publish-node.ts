/** One node, published in one transaction: build beside, test the candidate, publish, ledger row; or nothing of it. */
import { relationKey } from '../../../core/relation.ts'
import { type Attempt, buildNode } from './build-node.ts'
import { StepError } from '../database-diagnostic.ts'
import { type Finished, finishNode } from './finish-node.ts'
import { inputsOf } from './node-inputs.ts'
import { sendComment } from '../hooks/send-comment.ts'
import { runAfterCommit } from '../hooks/after-commit.ts'
import { hasMissingBatches } from '../microbatch/choose-batches.ts'
import { batchLabel } from '../../plan/microbatch/batches.ts'
import { isMicrobatch } from '../../plan/microbatch/microbatch-node.ts'
import { openNode } from '../state/open-node.ts'
import {
  failedResult,
  nothingPending,
  type Published,
  type PublishRequest,
  RolledBack,
} from './publish-request.ts'
import { hasNothingNew } from '../state/nothing-new.ts'
import { isReusable, reuseNode } from '../state/reuse-node.ts'
import type { RunContext } from '../run-context.ts'
import { isCommitted } from './settle-commit.ts'
import { strayFaultsOf } from '../typescript/stray-faults.ts'

/**
 * Never throws for a fault of the node; a retryable one goes up, since another try may pass. `before`: statements that
 * ran before the transaction.
 */
export async function publishNode(
  context: RunContext,
  request: PublishRequest,
  before: readonly string[],
): Promise<Published> {
  const { node } = request.step
  const started = context.now()
  const ran: string[] = [...before, 'begin']
  const inputs = inputsOf(context.manifest, [node, ...request.tests.map((test) => test.node)])
  const { signal } = context
  const key = relationKey(node.relation)
  let finished: Finished | undefined
  const strays = strayFaultsOf(context.manifest, node)
  const published = async (done: Published | Finished): Promise<Published> => {
    ran.push('commit')
    if (!('publication' in done)) return done
    context.publications.set(key, done.publication)
    return { ...done, result: await runAfterCommit(context, { node, ...done }, ran) }
  }
  try {
    return await published(
      await context.adapter.transaction(
        { signal, inputs, readsApart: isGenerated(node) },
        async (session) => {
          sendComment(context, session, node)
          const attempt = await openAttempt(context, request, { session, started, ran, strays })
          if (await isLeft(context, request, attempt)) {
            const { context: survey, survey: known } = attempt.opened
            return await reuseNode(context, request, { session, started, survey, node: known })
          }
          const done = await finishNode(context, await buildNode(context, request, attempt))
          await strays?.settle()
          finished = done
          return done
        },
      ),
    )
  } catch (error) {
    if (finished !== undefined && (await isCommitted(context, error, [key]))) {
      return await published(finished)
    }
    // What it would have been is not what it is.
    context.versions.delete(key)
    return whatItSays(context, request, { error, started })
  } finally {
    strays?.end()
    const [batch] = request.run?.batches ?? []
    const file = { kind: 'run', uniqueId: node.uniqueId, sql: ran.join(';\n\n') } as const
    context.keep(batch === undefined ? file : { ...file, batch: batchLabel(batch) })
  }
}

function isGenerated(node: PublishRequest['step']['node']): boolean {
  return node.resourceType === 'model' && node.code.kind === 'typescript'
}

async function openAttempt(
  context: RunContext,
  { step }: PublishRequest,
  attempt: Pick<Attempt, 'session' | 'started' | 'ran' | 'strays'>,
): Promise<Attempt> {
  const opened = await openNode(context, attempt.session, step, nothingPending)
  return { ...attempt, opened, pending: nothingPending, isAtomic: false }
}

/** Nothing is to be done. Without --changed that is asked of models that go on from cursors. */
export async function isLeft(
  context: RunContext,
  { step }: PublishRequest,
  { session, opened }: Pick<Attempt, 'session' | 'opened'>,
): Promise<boolean> {
  if (context.isFullRefresh || context.backfill !== undefined || context.limit !== undefined) {
    return false
  }
  if (!context.onlyChanged) return await hasNothingNew(session, step.node, opened)
  const { publications } = opened.context
  const isReusableNow = await isReusable(opened.context, session, step.node, opened.survey)
  if (!isReusableNow || !isMicrobatch(step.node)) return isReusableNow
  return !(await hasMissingBatches({ ...context, publications }, session, step.node))
}

/** Rethrows what is not the node's fault. */
export function whatItSays(
  context: RunContext,
  { step }: PublishRequest,
  { error, started }: { readonly error: unknown; readonly started: Date },
): Published {
  if (error instanceof RolledBack) return error.published
  if (!(error instanceof StepError)) throw error
  const { diagnostics } = error
  return { result: failedResult(context, step, { started, diagnostics }), tests: [] }
}
