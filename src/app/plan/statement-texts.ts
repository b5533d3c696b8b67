/** The steps of a publish unit as `plan` shows them: statements, and comments for what is none. */
import type { Dialect } from '../../core/dialect.ts'
import { never } from '../../core/never.ts'
import type { Column } from '../../core/relation.ts'
import type { PublishUnit, Step } from '../../transform/plan/publish-unit.ts'

/** A batch is taken to have the columns of its table: what it really has is known when it is built. */
export function statementTexts(
  unit: PublishUnit,
  dialect: Dialect,
  columns: readonly Column[] | undefined,
): readonly string[] {
  const checks = unit.checks?.(columns)
  const published = unit.publish(columns ?? [])
  const steps = [checks, published].flatMap((found) => (found?.ok === true ? found.value : []))
  return [...unit.build, ...steps].flatMap((step) => describeStep(step, dialect))
}

function describeStep(step: Step, dialect: Dialect): readonly string[] {
  switch (step.kind) {
    case 'statement':
    case 'refuse-rows':
      return [step.sql]
    case 'rows':
      return [`-- copy ${step.label} into ${dialect.relation(step.into)}`]
    case 'generated-rows':
      return [`-- rows of ${step.label} into ${dialect.relation(step.into)}`]
    case 'contract':
      return step
        .build(step.contract.columns.map((column) => ({ ...column, spelled: column.name })))
        .flatMap((each) => describeStep(each, dialect))
    case 'alter':
      return step.statements
    case 'swap': {
      const kind = step.candidateKind ?? 'table'
      return [
        ...(step.constraints?.foreignKeys ?? []).map(({ name, definition }) =>
          dialect.addConstraint(step.candidate, name, definition),
        ),
        dialect.drop(kind, step.target),
        dialect.rename(kind, step.candidate, step.target.identifier),
        ...(dialect.hasNamedConstraints ? (step.constraints?.renamed ?? []) : []).map(
          ({ temporary, name }) => dialect.renameConstraint(step.target, temporary, name),
        ),
        ...(step.indexes ?? []).map((index) => dialect.createIndex(step.target, index)),
      ]
    }
    case 'file':
      return [
        `-- write ${dialect.relation(step.candidate)} to ${step.file.path}, and make a view that reads it`,
      ]
    case 'indexes':
      return step.indexes.map(
        (index) => `-- where it is missing: ${dialect.createIndex(step.relation, index)}`,
      )
    case 'replace-view':
      return [dialect.createOrReplaceView(step.relation, step.select)]
    case 'reuse':
      return [`-- nothing to do: ${step.because}`]
    default:
      return never(step)
  }
}
