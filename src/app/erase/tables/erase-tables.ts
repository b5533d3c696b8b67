/** The rows of one value out of every table, in one transaction: deleted, or made anew without them, and searched for again. */
import { type Session, textCell } from '../../../core/adapter.ts'
import { isJsonArray, parseJson } from '../../../core/json.ts'
import { relationKey } from '../../../core/relation.ts'
import { recordErasure } from '../../../ledger/erasures.ts'
import { deleteDeadLetters } from '../../../ledger/loads/dead-letters.ts'
import { isUuid } from '../../../load/erase/holds-value.ts'
import type { JoinedWork } from '../../../transform/execute/atomic/joined-work.ts'
import { makePlan } from '../../../transform/plan/make-plan.ts'
import { executePlan } from '../../run/execute-plan.ts'
import { leaseRelations } from '../../run/leases/lease-relations.ts'
import { publishingCopies } from '../../run/publish-copy.ts'
import type { BuildOptions } from '../../use-cases.ts'
import { type EraseContext, StillThereError } from '../erase-context.ts'
import type { ShownErasing } from '../show-erasing.ts'
import { deleteRows, writtenTo } from './delete-rows.ts'
import { countHeld, isOurs } from './find-holders.ts'
import type { Erasure } from './plan-erasure.ts'

export interface TablesOrder {
  readonly erasure: Erasure
  readonly deadLetters: readonly string[]
  readonly showing: ShownErasing
}

/** False: a model could not be made anew; it has been said, and nothing was changed. */
export async function eraseTables(context: EraseContext, order: TablesOrder): Promise<boolean> {
  const joined = joinedWork(context, order)
  const { rebuilds } = order.erasure
  if (rebuilds.size === 0) {
    await eraseAlone(context, joined)
    return true
  }
  const { loaded, surroundings, adapter } = context
  const plan = makePlan({
    manifest: loaded.manifest,
    graph: loaded.graph,
    selected: rebuilds,
    command: 'run',
    isFullRefresh: true,
  })
  // Artifacts are those of the last build: an erasure is none.
  const quiet = { ...surroundings, writesJson: false }
  const options = rebuildOptions(context)
  const done = await executePlan(adapter, {
    loaded,
    asWritten: loaded,
    plan,
    options,
    surroundings: quiet,
    joined,
  })
  return done.results.every(({ status }) => status === 'success' || status === 'reused')
}

function rebuildOptions({ options }: EraseContext): BuildOptions {
  const { by: _by, value: _value, isMeant: _isMeant, ...shared } = options
  return {
    ...shared,
    command: 'run',
    atomic: true,
    fullRefresh: true,
    failFast: false,
    changed: false,
    storeFailures: false,
    skipsNodesIfStartFails: true,
  }
}

/** Nothing is made anew: a transaction of its own. */
async function eraseAlone(context: EraseContext, joined: JoinedWork): Promise<void> {
  const { adapter, loaded, surroundings, options } = context
  const { target } = loaded.manifest.project
  const { signal, emit } = surroundings
  const order = {
    // Not the erasure's own: that one is shown alive until its files are done, which holds no table.
    runId: surroundings.newId(),
    command: 'erase',
    relationKeys: joined.relationKeys,
    timeoutMs: target.leaseTimeoutMs,
    isPatient: options.wait,
  }
  const leased = await leaseRelations(adapter, order, surroundings)
  try {
    await publishingCopies({ adapter, target, manifest: loaded.manifest, emit }, () =>
      adapter.transaction({ signal }, async (session) => {
        await joined.before(session, leased.tokens)
        await joined.after(session)
      }),
    )
  } finally {
    await leased.end()
  }
}

function joinedWork(
  context: EraseContext,
  { erasure, deadLetters, showing }: TablesOrder,
): JoinedWork {
  const { relations } = erasure
  return {
    command: 'erase',
    relationKeys: writtenTo(erasure),
    before: async (session, tokens) => {
      await deleteRows(context, session, { erasure, tokens })
      await deleteDeadLetters(session, deadLetters)
      await forgetKeys(context, session)
      await recordErasure(session, {
        erasureId: context.runId,
        phase: 'begun',
        runId: context.runId,
        subjectKind: context.by,
        subjectHash: context.subjectHash,
        ...countsOf(relations),
        files: 0,
        exports: 0,
      })
    },
    after: async (session) => {
      await proveGone(context, session)
      await showing.begin()
    },
  }
}

/** Change feeds name keys. A reader that has not read them yet is made anew. */
async function forgetKeys({ subject, options }: EraseContext, session: Session): Promise<void> {
  const keys = await session.query('select distinct key_columns from _assay.changes')
  const isSame = (key: string) =>
    isUuid(options.value) ? `lower(${key}) = lower($2)` : `${key} = $2`
  for (const row of keys) {
    const text = textCell(row, 'key_columns')
    for (const [index, name] of namesIn(text).entries()) {
      if (!subject.columns.has(name.toLowerCase())) continue
      await session.execute(
        `delete from _assay.changes where key_columns = $1 and ${isSame(`key_values[${index + 1}]`)}`,
        [text, options.value],
      )
    }
  }
}

/** As they are recorded: a list of JSON, in the order of the values. */
function namesIn(text: string): readonly string[] {
  const parsed = parseJson(text)
  return parsed !== undefined && isJsonArray(parsed) ? parsed.map(String) : []
}

async function proveGone(
  { adapter, places, options }: EraseContext,
  session: Session,
): Promise<void> {
  const still: string[] = []
  for (const place of places) {
    const { relation, owner } = place
    if (!isOurs(owner) || (await session.describe(relation)) === undefined) continue
    const { value } = options
    const rows = await countHeld(session, adapter.dialect, { ...place, value })
    if (rows > 0) still.push(relationKey(relation))
  }
  if (still.length > 0) throw new StillThereError(still)
}

/** Of what is erased: not of views, nor of what is left. */
export function countsOf(relations: Erasure['relations']) {
  const erased = relations.filter(({ action }) => action === 'delete' || action === 'rebuild')
  return {
    rows: erased.reduce((sum, { rows }) => sum + rows, 0),
    relations: erased.filter(({ rows }) => rows > 0).length,
  }
}
