/** After a node took its place, in its transaction: descriptions become comments, and roles get what the config grants. */
import type { RelationBelongings } from '../../../core/adapter.ts'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { configSpan } from '../../../core/node/config-places.ts'
import { grantStatements, wantedGrants } from '../../plan/contracts/grants.ts'
import { persistDocs, persistedParts } from '../../plan/contracts/persisted-docs.ts'
import { StepError } from '../database-diagnostic.ts'
import type { RunContext } from '../run-context.ts'
import type { StepRunner } from '../step-runner.ts'

/** Throws a `StepError` where a role is not there. Asks nothing of the database where the config says nothing. */
export async function writeBelongings(context: RunContext, runner: StepRunner): Promise<void> {
  const { node, session, adapter } = runner
  const { relation, columns } = persistedParts(node)
  // Grants of a database without roles are warned of in parse.
  const isGranted = adapter.dialect.hasRoles && wantedGrants(node).size > 0
  if (!relation && !columns && !isGranted) return
  const found = await session.belongings(node.relation)
  if (found === undefined) return
  const docs = persistDocs(adapter.dialect, node, found)
  for (const diagnostic of docs.warnings) context.emit({ type: 'diagnostic', diagnostic })
  for (const sql of docs.statements) {
    await session.execute(sql)
    runner.ran.push(sql)
  }
  if (isGranted) await grant(runner, found)
}

async function grant(runner: StepRunner, found: RelationBelongings): Promise<void> {
  const { node, session, adapter, ran } = runner
  for (const { sql, role } of grantStatements(adapter.dialect, node, found)) {
    try {
      await session.execute(sql)
      ran.push(sql)
    } catch (error) {
      const fault = adapter.explainError(error)
      if (fault.retryable) throw error
      ran.push(`${sql}\n-- failed`)
      // Of PostgreSQL: undefined_object.
      const isMissing = fault.sqlState === '42704'
      const diagnostic = errorDiagnostic({
        code: 'grant-failed',
        message: isMissing
          ? `expected a role "${role}" for the grants of "${node.name}", found none of that name`
          : `expected to apply the grants of "${node.name}" (${sql}), found: ${fault.message}`,
        span: configSpan(node, 'grants'),
        hint: isMissing ? `create role "${role}", or correct "grants"` : fault.hint,
      })
      throw new StepError([diagnostic], { cause: error })
    }
  }
}
