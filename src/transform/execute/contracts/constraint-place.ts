/** What a database says of a broken constraint to the place in YAML where the constraint stands. */
import type { Constraint } from '../../../core/node/contract.ts'
import type { BrokenConstraint } from '../../../core/database/database-errors.ts'
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { ConstrainedTable } from '../../plan/publish-unit.ts'

/** The contract's own place where it cannot be told which of them it is. */
export function constraintPlace(
  { contractSpan, constraints, names }: ConstrainedTable,
  broken: BrokenConstraint,
): SourceSpan {
  const finalName = names.find(({ temporary }) => temporary === broken.name)?.name ?? broken.name
  const named = constraints.find(({ name }) => name === finalName)
  if (named !== undefined) return named.constraint.span
  const possible = constraints.map(({ constraint }) => constraint).filter(isOfKind(broken))
  const [exact, ...others] = possible.filter((constraint) => isMeant(constraint, broken))
  if (exact !== undefined && others.length === 0) return exact.span
  const [only, ...more] = possible
  return only !== undefined && more.length === 0 ? only.span : contractSpan
}

/** A primary key holds its columns to NOT NULL as well. */
function isOfKind({ kind }: BrokenConstraint): (constraint: Constraint) => boolean {
  return (constraint) => {
    switch (kind) {
      case 'not_null':
        return constraint.kind === 'not_null' || constraint.kind === 'primary_key'
      case 'check':
        return constraint.kind === 'check'
      case 'key':
        return constraint.kind === 'unique' || constraint.kind === 'primary_key'
      case 'foreign_key':
        return constraint.kind === 'foreign_key'
    }
  }
}

function isMeant(constraint: Constraint, { columns, expression }: BrokenConstraint): boolean {
  switch (constraint.kind) {
    case 'not_null':
      return columns?.includes(constraint.column) === true
    case 'check':
      return expression !== undefined && bare(expression) === bare(constraint.expression)
    case 'unique':
    case 'primary_key':
      return columns?.some((column) => constraint.columns.includes(column)) === true
    case 'foreign_key':
    case 'custom':
      return false
  }
}

/** As a database prints an expression: in parentheses of its own, keywords in capitals. */
function bare(expression: string): string {
  return expression.replaceAll(/[\s()"]/g, '').toLowerCase()
}
