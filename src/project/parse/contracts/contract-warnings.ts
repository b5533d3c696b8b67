/** Warnings for what of contracts, constraints and grants the materialization or the database does not take. */
import { type Diagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import { isJsonArray, isJsonObject, type Json } from '../../../core/json.ts'
import type { RoleFile, Target } from '../../../core/target.ts'
import type { Draft } from '../drafts/draft.ts'

export function contractWarnings(drafts: readonly Draft[], target: Target): readonly Diagnostic[] {
  return [
    ...drafts.flatMap((draft) => [
      ...unappliedConstraints(draft),
      ...bareNumerics(draft),
      ...(target.type === 'duckdb' ? foreignKeys(draft) : []),
    ]),
    ...(target.type === 'duckdb' ? grants(drafts, target.publishFor ?? []) : []),
  ]
}

function unappliedConstraints({ node, constraintSpan }: Draft): readonly Diagnostic[] {
  if (node.resourceType !== 'model' || node.pointsTo !== undefined) return []
  if (constraintSpan === undefined) return []
  const said = {
    code: 'constraint-not-applied' as const,
    span: constraintSpan,
  }
  if (node.contract === undefined) {
    return [
      warningDiagnostic({
        ...said,
        message: `expected an enforced contract beside the constraints of "${node.name}", found none: they are not applied`,
        hint: 'set contract: {enforced: true}, or test for them with data_tests',
      }),
    ]
  }
  if (node.materialization.name !== 'view') return []
  return [
    warningDiagnostic({
      ...said,
      message: `expected a table for the constraints of "${node.name}", found a view: they are not applied`,
      hint: 'make it a table, or test for them with data_tests',
    }),
  ]
}

/** What is kept of a number is then the database's choice: all of it, or three digits. */
function bareNumerics({ node }: Draft): readonly Diagnostic[] {
  if (node.resourceType !== 'model') return []
  return (node.contract?.columns ?? [])
    .filter(({ dataType }) => /^(?:numeric|decimal|number)$/i.test(dataType))
    .map(({ name, dataType, span }) =>
      warningDiagnostic({
        code: 'bare-numeric',
        message: `expected a precision and scale in the contract type of "${name}", found "${dataType}"`,
        span,
        hint: `write "${dataType}(38,4)": without them DuckDB keeps three digits behind the point, and Postgres all`,
      }),
    )
}

function foreignKeys({ node }: Draft): readonly Diagnostic[] {
  if (node.resourceType !== 'model' || node.materialization.name === 'view') return []
  return (node.contract?.constraints ?? []).flatMap((constraint) =>
    constraint.kind === 'foreign_key' && constraint.warnsUnsupported
      ? [
          warningDiagnostic({
            code: 'constraint-not-applied',
            message: `expected a database that can replace a table which a foreign key points to, found DuckDB: the key of "${node.name}" is not applied`,
            span: constraint.span,
            hint: 'test it with relationships; "warn_unsupported: false" silences this',
          }),
        ]
      : [],
  )
}

/** Once for all of them. A role that has a file is granted what it may select by what is in that. */
function grants(drafts: readonly Draft[], files: readonly RoleFile[]): readonly Diagnostic[] {
  const roles = new Set(files.map(({ role }) => role))
  const isApplied = (privilege: string, grantees: Json) =>
    privilege.toLowerCase() === 'select' &&
    (isJsonArray(grantees) ? grantees : [grantees]).every(
      (role) => typeof role === 'string' && (roles.has(role) || isEveryone(role)),
    )
  const isEveryone = (role: string) => roles.size > 0 && role.toLowerCase() === 'public'
  const granted = drafts.filter(({ node, config }) => {
    const value = config['grants']?.value
    if (!('relation' in node) || !isJsonObject(value)) return false
    return !Object.entries(value).every(([privilege, grantees]) => isApplied(privilege, grantees))
  })
  const [first] = granted
  if (first === undefined) return []
  const others = granted.length - 1
  const whose =
    others === 0
      ? `"${first.node.name}"`
      : `"${first.node.name}" and ${others} more ${others === 1 ? 'node' : 'nodes'}`
  return [
    warningDiagnostic({
      code: 'grants-not-applied',
      message: `expected a database with roles for the grants of ${whose}, found DuckDB: they are not applied`,
      span: first.config['grants']?.span,
      hint: 'give a role a file of what it may select: "publish_for" of the target',
    }),
  ]
}
