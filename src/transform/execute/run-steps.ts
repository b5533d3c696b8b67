/** Runs the steps of a publish unit in a session, one by one, and keeps the SQL that ran. */
import type { Row } from '../../core/adapter.ts'
import type { SwapRequest } from '../../core/database/publish-requests.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { never } from '../../core/never.ts'
import { ofUnknownType } from '../../core/database/unknown-type.ts'
import { configSpan, placedAt } from '../../core/node/config-places.ts'
import type { BuiltNode } from '../../core/node.ts'
import { relationKey } from '../../core/relation.ts'
import type { Result } from '../../core/result.ts'
import type { Step } from '../plan/publish-unit.ts'
import { holdToContract } from './contracts/hold-to-contract.ts'
import { orViolated } from './contracts/violated-constraint.ts'
import { writeGenerated } from './typescript/write-generated.ts'
import type { StepRunner } from './step-runner.ts'
import { rowText } from './data-tests/row-text.ts'
import { databaseDiagnostic, type FailedStatement, StepError } from './database-diagnostic.ts'

export interface StepCounts {
  /** Rows written by the steps that count them; undefined when none does. */
  readonly rows: number | undefined
  /** Rows of the published table inserted, changed or deleted; undefined where that cannot be told. */
  readonly changed: number | undefined
  /** Rows that are not published; undefined when no step sets any aside. */
  readonly setAside: number | undefined
  /** Rows that code of the project has given; undefined when there is no such step. */
  readonly generated: number | undefined
}

/** Throws a `StepError`. */
export async function runSteps(runner: StepRunner, steps: readonly Step[]): Promise<StepCounts> {
  let rows: number | undefined
  let changed: number | undefined = 0
  let setAside: number | undefined
  let generated: number | undefined
  for (const step of steps) {
    const affected = await runStep(runner, step)
    if (step.kind === 'generated-rows') generated = affected
    const counts =
      step.kind === 'rows' ||
      step.kind === 'contract' ||
      (step.kind === 'statement' && step.countsRows)
    if (counts && affected !== undefined) rows = (rows ?? 0) + affected
    if (step.kind === 'statement' && step.purpose === 'set aside' && affected !== undefined) {
      setAside = (setAside ?? 0) + affected
    }
    if (!isPublishing(step, runner.node)) continue
    changed = changed === undefined || affected === undefined ? undefined : changed + affected
  }
  return { rows, changed, setAside, generated }
}

/** Throws a `StepError` where the plan has none. */
export function stepsOf({ node }: StepRunner, steps: Result<readonly Step[]>): readonly Step[] {
  if (steps.ok) return steps.value
  throw new StepError(steps.diagnostics.map((fault) => placedAt(node, fault)))
}

/** A quarantine beside the node says nothing of its rows. */
function isPublishing(step: Step, node: BuiltNode): boolean {
  switch (step.kind) {
    case 'statement':
      return step.purpose === 'publish'
    case 'swap':
      return relationKey(step.target) === relationKey(node.relation)
    case 'alter':
    case 'file':
    case 'replace-view':
      return true
    case 'indexes':
    case 'rows':
    case 'generated-rows':
    case 'contract':
    case 'refuse-rows':
    case 'reuse':
      return false
    default:
      return never(step)
  }
}

/** A batch that built well and cannot be written has other columns or types than its table. */
const batchHint =
  'if columns changed: rebuild with --full-refresh, or set on_schema_change to "sync_all_columns"'

/** A statement that writes the batch of a model and that nobody of the project wrote. */
function isOurs(step: Extract<Step, { readonly kind: 'statement' }>, node: BuiltNode): boolean {
  return node.resourceType === 'model' && step.purpose === 'publish' && step.origin === undefined
}

async function runStep(runner: StepRunner, step: Step): Promise<number | undefined> {
  const { adapter, session, ran } = runner
  switch (step.kind) {
    case 'statement': {
      const done = await asStep(
        runner,
        step.sql,
        step.origin,
        () => orViolated(runner, step, () => session.execute(step.sql)),
        (fault) => atType(step, isOurs(step, runner.node) ? { ...fault, hint: batchHint } : fault),
      )
      ran.push(step.sql)
      return done.rowsAffected
    }
    case 'contract': {
      const columns = await holdToContract(runner, step)
      return (await runSteps(runner, step.build(columns))).rows
    }
    case 'rows': {
      const label = `-- copy ${step.label} into ${adapter.dialect.relation(step.into)}`
      const count = await asStep(
        runner,
        label,
        undefined,
        () => session.appendText(step.into, step.columns, step.from()),
        (fault) => inCell(step, fault),
      )
      ran.push(label)
      return count
    }
    case 'generated-rows': {
      const label = `-- rows of ${step.label} into ${adapter.dialect.relation(step.into)}`
      const count = await asStep(runner, label, undefined, () => writeGenerated(runner, step))
      ran.push(label)
      return count
    }
    case 'refuse-rows': {
      const rows = await asStep(runner, step.sql, step.origin, () => session.query(step.sql))
      ran.push(step.sql)
      if (rows.length > 0) throw refused(runner, step, rows)
      return undefined
    }
    case 'alter': {
      const { relation, statements, reshaped, select } = step
      const request = { relation, statements, reshaped, select, rebuiltLater: runner.rebuiltLater }
      const done = await asStep(runner, statements.join(';\n'), undefined, () =>
        session.alterTable(request),
      )
      ran.push(...done)
      return undefined
    }
    case 'swap': {
      const statements = await asStep(runner, '-- swap', undefined, () =>
        orViolated(runner, { ...step, sql: '-- swap' }, () =>
          session.swapTable(swapRequestOf(step, runner.rebuiltLater)),
        ),
      )
      ran.push(...statements)
      return undefined
    }
    case 'file': {
      const { candidate, target, file } = step
      const statements = await asStep(runner, `-- write ${file.path}`, undefined, () =>
        session.publishFile({ candidate, target, file }),
      )
      ran.push(...statements)
      return undefined
    }
    case 'indexes': {
      const statements = await asStep(runner, '-- indexes', undefined, () =>
        session.ensureIndexes(step.relation, step.indexes),
      )
      ran.push(...statements)
      return undefined
    }
    case 'replace-view': {
      const { relation, select } = step
      const sql = adapter.dialect.createOrReplaceView(relation, select)
      const origin = { ...step.origin, start: sql.length - select.length + step.origin.start }
      const statements = await asStep(runner, sql, origin, () =>
        session.replaceView(relation, select, runner.rebuiltLater),
      )
      ran.push(...statements)
      return undefined
    }
    case 'reuse':
      ran.push(`-- nothing to do: ${step.because}`)
      return undefined
    default:
      return never(step)
  }
}

export function swapRequestOf(
  {
    candidate,
    candidateKind,
    target,
    key,
    method,
    indexes,
    constraints,
  }: Extract<Step, { readonly kind: 'swap' }>,
  rebuiltLater: ReadonlySet<string>,
): SwapRequest {
  return {
    candidate,
    target,
    key,
    rebuiltLater,
    ...(constraints === undefined ? {} : { constraints }),
    ...(candidateKind === undefined ? {} : { kind: candidateKind }),
    ...(method === undefined ? {} : { method }),
    ...(indexes === undefined ? {} : { indexes }),
  }
}

/** A statement the database refuses is led back to the template. */
async function asStep<T>(
  runner: StepRunner,
  sql: string,
  origin: FailedStatement['origin'],
  work: () => Promise<T>,
  place: (fault: Diagnostic) => Diagnostic = (fault) => fault,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StepError) throw error
    // Another try may pass: the caller decides, so the error goes up as it is.
    if (runner.adapter.explainError(error).retryable) throw error
    const { node, manifest } = runner
    runner.ran.push(`${sql}\n-- failed`)
    const fault = databaseDiagnostic(runner.adapter, error, { node, sql, origin, manifest })
    throw new StepError([place(fault)], { cause: error })
  }
}

function atType(
  step: Extract<Step, { readonly kind: 'statement' }>,
  fault: Diagnostic,
): Diagnostic {
  const written = ofUnknownType(fault.message, step.types ?? [])
  return written === undefined ? fault : { ...fault, span: written.span }
}

/** The database names the column and the value it could not read; the file knows the line. */
function inCell(step: Extract<Step, { readonly kind: 'rows' }>, fault: Diagnostic): Diagnostic {
  const column = /column "([^"]+)"/.exec(fault.message)?.[1]
  const rest = fault.message.replace(/column "[^"]+"/, '')
  const cell = /'([^']*)'|"([^"]*)"/.exec(rest)
  if (column === undefined || cell === null) return fault
  const span = step.placeOf(column, cell[1] ?? cell[2] ?? '')
  const hint = `correct the value, or declare another type under "column_types"`
  return { ...fault, code: 'invalid-seed-value', hint, ...(span === undefined ? {} : { span }) }
}

function refused(
  { node }: StepRunner,
  step: Extract<Step, { readonly kind: 'refuse-rows' }>,
  rows: readonly Row[],
): StepError {
  const found = rows.map(rowText)
  return new StepError([
    errorDiagnostic({
      code: step.code,
      message: `${step.message} ${found.map((text) => `(${text})`).join(', ')}`,
      span: configSpan(node, ...step.configs),
      hint: step.hint,
    }),
  ])
}
