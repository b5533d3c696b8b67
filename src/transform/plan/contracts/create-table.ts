/** The table of a contract: its columns in the order of the YAML, its constraints, and what a swap is to know of them. */
import { hash } from 'node:crypto'
import type { SwapConstraints } from '../../../core/database/publish-requests.ts'
import type { Dialect } from '../../../core/dialect.ts'
import type { Relation } from '../../../core/relation.ts'
import { type MaterializationInput, wrapped } from '../materializations/materialization.ts'
import type { ConstrainedTable, ContractedColumn, Step } from '../publish-unit.ts'
import { type ContractLine, createStatement } from './create-statement.ts'
import { type NamedConstraint, notNullColumns, type TableContract } from './table-contract.ts'

/** Steps that fill a new table with the rows of the SELECT; without a contract in one statement. */
export function createTable(
  input: MaterializationInput,
  table: Relation,
  { isConstrained }: { readonly isConstrained: boolean },
): readonly Step[] {
  const { contract: promised, dialect, buildFrom } = input
  // What is constrained is the table itself, not a batch.
  const isUnlogged = isConstrained && input.isUnlogged
  if (promised === undefined || promised.contract.columns.length === 0) {
    const create = dialect.createTableAs(table, buildFrom.sql, { isUnlogged })
    return [wrapped(buildFrom, create, { purpose: 'build', countsRows: true })]
  }
  const build = (columns: readonly ContractedColumn[]): readonly Step[] => {
    const lines = [
      ...columns.map((column) => columnLine(input, promised, { column, isConstrained })),
      ...(isConstrained ? constraintLines(input, promised, columns) : []),
    ]
    const head = `create ${isUnlogged ? 'unlogged ' : ''}table ${dialect.relation(table)}`
    const { sql, origin } = createStatement(head, lines)
    const list = columns.map(({ spelled }) => dialect.quote(spelled)).join(', ')
    const insert = wrapped(
      buildFrom,
      `insert into ${dialect.relation(table)} (${list})\nselect ${list}\nfrom (\n${buildFrom.sql}\n) as model`,
      { purpose: 'build', countsRows: true },
    )
    return [
      {
        kind: 'statement',
        purpose: 'build',
        sql,
        origin,
        countsRows: false,
      },
      insert.kind === 'statement' && isConstrained
        ? { ...insert, constrained: constrainedTable(input, promised, table) }
        : insert,
    ]
  }
  return [contractStep(input, promised, build)]
}

/** Of a view: its columns are looked at, and stay in the order of the SELECT. */
export function checkContract(input: MaterializationInput): readonly Step[] {
  const { contract: promised } = input
  if (promised === undefined || promised.contract.columns.length === 0) return []
  return [contractStep(input, promised, () => [])]
}

function contractStep(
  { buildFrom }: MaterializationInput,
  { contract }: TableContract,
  build: Extract<Step, { readonly kind: 'contract' }>['build'],
): Step {
  const origin = { start: 0, map: buildFrom.map }
  return { kind: 'contract', contract, select: buildFrom.sql, origin, build }
}

/** The type as it is written in YAML, in the database's words. */
function typeOf(dialect: Dialect, { contract }: TableContract, dataType: string): string {
  return contract.aliasTypes ? dialect.typeAlias(dataType) : dataType
}

function columnLine(
  { dialect, relation }: MaterializationInput,
  promised: TableContract,
  { column, isConstrained }: { readonly column: ContractedColumn; readonly isConstrained: boolean },
): ContractLine {
  const { span } = column
  const line = `${dialect.quote(column.spelled)} ${typeOf(dialect, promised, column.dataType)}`
  if (!isConstrained) return { sql: line, span, says: undefined }
  const own = promised.constraints.find(
    ({ constraint }) => constraint.kind === 'not_null' && constraint.column === column.name,
  )
  const isNotNull = notNullColumns(promised.contract.constraints).includes(column.name)
  const name = own?.name ?? `${relation.identifier}_${column.name}_not_null`
  const named = dialect.hasNamedConstraints ? `constraint ${dialect.quote(name)} ` : ''
  const custom = promised.constraints.flatMap(({ constraint }) =>
    constraint.kind === 'custom' && constraint.column === column.name ? [constraint] : [],
  )
  const texts = custom.map(({ expression }) => expression)
  const [first] = custom
  return {
    sql: [line, ...(isNotNull ? [`${named}not null`] : []), ...texts].join(' '),
    span: first?.span ?? span,
    says: first === undefined ? undefined : customSays(texts.join(' ')),
  }
}

function customSays(expression: string): string {
  return `expected SQL of a "create table" as the constraint, found "${expression}"`
}

/** A foreign key comes last of all: see `swapConstraints`. */
function constraintLines(
  { dialect, relation }: MaterializationInput,
  { constraints }: TableContract,
  columns: readonly ContractedColumn[],
): readonly ContractLine[] {
  return constraints.flatMap(({ constraint, name }): readonly ContractLine[] => {
    const { span } = constraint
    const as = (given: string) =>
      dialect.hasNamedConstraints ? `constraint ${dialect.quote(given)} ` : ''
    switch (constraint.kind) {
      case 'check':
        return [
          {
            sql: `${as(name)}check (${constraint.expression})`,
            span,
            says: `expected a condition on columns of the contract in the check, found "${constraint.expression}"`,
          },
        ]
      case 'unique':
      case 'primary_key': {
        const kind = constraint.kind === 'unique' ? 'unique' : 'primary key'
        const list = listOf(dialect, constraint.columns, columns)
        const sql = `${as(temporaryName(relation, name))}${kind} (${list})`
        return [{ sql, span, says: undefined }]
      }
      case 'custom':
        return constraint.column === undefined
          ? [{ sql: constraint.expression, span, says: customSays(constraint.expression) }]
          : []
      case 'not_null':
      case 'foreign_key':
        return []
    }
  })
}

function listOf(
  dialect: Dialect,
  names: readonly string[],
  columns: readonly ContractedColumn[],
): string {
  return names
    .map((name) => columns.find((column) => column.name === name)?.spelled ?? name)
    .map((name) => dialect.quote(name))
    .join(', ')
}

/** An index has a name in its schema, and the old table's still has the one it will get. */
function temporaryName({ schema, identifier }: Relation, name: string): string {
  return `__assay_key_${hash('sha256', JSON.stringify([schema, identifier, name])).slice(0, 16)}`
}

function renamedOf(relation: Relation, constraints: readonly NamedConstraint[]) {
  return constraints
    .filter(({ constraint }) => ['unique', 'primary_key'].includes(constraint.kind))
    .map(({ name }) => ({ temporary: temporaryName(relation, name), name }))
}

/** Foreign keys that the database cannot have are warned of in parse. */
export function swapConstraints(
  { dialect, relation }: MaterializationInput,
  promised: TableContract,
): SwapConstraints {
  const { constraints, former, contract } = promised
  return {
    renamed: renamedOf(relation, constraints),
    foreignKeys: constraints.flatMap(({ constraint, name, points }) => {
      if (constraint.kind !== 'foreign_key' || !dialect.hasForeignKeys) return []
      const list = constraint.columns.map((column) => dialect.quote(column)).join(', ')
      return [
        {
          name,
          definition: `foreign key (${list}) references ${pointed(dialect, constraint.references, points)}`,
        },
      ]
    }),
    owned: [...new Set([...constraints.map(({ name }) => name), ...former.names])],
    ownedNotNull: [...new Set([...notNullColumns(contract.constraints), ...former.notNull])],
  }
}

function pointed(
  dialect: Dialect,
  references: { readonly kind: 'node' } | { readonly kind: 'expression'; readonly sql: string },
  points: NamedConstraint['points'],
): string {
  if (references.kind === 'expression') return references.sql
  if (points === undefined) throw new Error('a foreign key points to nothing')
  const columns = points.columns.map((column) => dialect.quote(column)).join(', ')
  return `${dialect.relation(points.relation)}${columns === '' ? '' : ` (${columns})`}`
}

/** Steps that write rows into a table of a contract, with what a broken constraint is said with. */
export function heldToConstraints(
  input: MaterializationInput,
  steps: readonly Step[],
): readonly Step[] {
  const { contract: promised } = input
  if (promised === undefined || promised.constraints.length === 0) return steps
  const constrained = constrainedTable(input, promised, input.relation)
  return steps.map((step) =>
    step.kind === 'statement' && step.purpose === 'publish' ? { ...step, constrained } : step,
  )
}

/** `table`: what is written. */
export function constrainedTable(
  { dialect, relation, compiled, buildFrom }: MaterializationInput,
  { constraints, contract }: TableContract,
  table: Relation,
): ConstrainedTable {
  const search = (condition: string) =>
    `select *\nfrom (\n${compiled.sql}\n) as model\nwhere ${condition}\nlimit 5`
  const isCommitted = buildFrom.sql === compiled.sql
  const searches = [
    ...notNullColumns(contract.constraints).map((column) => `${dialect.quote(column)} is null`),
    ...constraints.flatMap(({ constraint }) =>
      constraint.kind === 'check' ? [`not (${constraint.expression})`] : [],
    ),
  ].map(search)
  return {
    candidate: table,
    target: relation,
    names: renamedOf(relation, constraints),
    constraints,
    contractSpan: contract.span,
    searches: isCommitted ? searches : [],
  }
}

/** Rows are told apart by the key of the config, else by that of the contract. */
export function refillKey({ uniqueKey, contract }: MaterializationInput): readonly string[] {
  if (uniqueKey.length > 0) return uniqueKey
  const key = contract?.constraints.find(({ constraint }) => constraint.kind === 'primary_key')
  return key?.constraint.kind === 'primary_key' ? key.constraint.columns : []
}
