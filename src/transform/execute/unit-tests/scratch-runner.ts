/** Statements of a unit test in its session: kept for target/run, and led back to the row or the model when refused. */
import type { Adapter, Session, Table } from '../../../core/adapter.ts'
import type { Diagnostic, SourceSpan } from '../../../core/diagnostic.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import type { FixtureRow, UnitTestNode } from '../../../core/node/unit-test.ts'
import type { Compiled } from '../../plan/compile/compile-context.ts'
import { scratchDialect } from '../../plan/unit-tests/scratch.ts'
import type { Cells } from '../../verify/compare-rows.ts'
import type { StatementOrigin } from '../../plan/publish-unit.ts'
import { databaseDiagnostic, StepError } from '../database-diagnostic.ts'

/** Where a statement comes from: rows of a fixture, one of which may be at fault. */
interface FixturePlace {
  readonly span: SourceSpan
  readonly rows: readonly FixtureRow[]
}

export class ScratchRunner {
  readonly adapter: Adapter
  readonly session: Session
  /** As they ran. */
  readonly ran: string[]
  readonly #node: UnitTestNode
  readonly #hint: string | undefined

  /** `hint`: what is said of a column that does not exist. */
  constructor(
    from: { readonly adapter: Adapter; readonly session: Session; readonly ran: string[] },
    node: UnitTestNode,
    hint: string | undefined,
  ) {
    this.adapter = from.adapter
    this.session = from.session
    this.ran = from.ran
    this.#node = node
    this.#hint = hint
  }

  async execute(sql: string, place: FixturePlace): Promise<void> {
    await this.#run(
      sql,
      () => this.session.execute(sql),
      (fault) => inFixture(fault, place),
    )
  }

  /** The rows of a fixture's query, as text. */
  async read(sql: string, place: FixturePlace): Promise<readonly Cells[]> {
    return await this.#run(
      sql,
      () => collect(this.session, sql),
      (fault) => inFixture(fault, place),
    )
  }

  async columnsOf(sql: string, place: FixturePlace): Promise<readonly Column[]> {
    const none = `select *\nfrom (\n${sql}\n) as assay_columns\nlimit 0`
    const table = await this.#run(
      none,
      () => this.session.queryTable(none),
      (fault) => inFixture(fault, place),
    )
    return columnsIn(table)
  }

  /** The model's SQL, or the part of it that ends in a CTE, as a temporary table; gives its columns. */
  async materialize(relation: Relation, compiled: Compiled): Promise<readonly Column[]> {
    const { dialect: plain } = this.adapter
    const sql = scratchDialect(plain).createTableAs(relation, compiled.sql)
    const origin = { start: sql.length - compiled.sql.length, map: compiled.map }
    const asModel = (error: unknown) => {
      const fault = databaseDiagnostic(this.adapter, error, this.#failed(sql, origin))
      const isColumn = /column|binder/i.test(fault.message)
      return isColumn && this.#hint !== undefined ? { ...fault, hint: this.#hint } : fault
    }
    await this.#guard(sql, () => this.session.execute(sql), asModel)
    return columnsIn(
      await this.session.queryTable(`select * from ${plain.relation(relation)} limit 0`),
    )
  }

  async rowsOf(relation: Relation, columns: readonly Column[]): Promise<readonly Cells[]> {
    const { dialect } = this.adapter
    const list = columns.map(({ name }) => dialect.quote(name)).join(', ')
    return await collect(this.session, `select ${list} from ${dialect.relation(relation)}`)
  }

  /** What it reads are temporary tables, not nodes. */
  #failed(sql: string, origin: StatementOrigin | undefined) {
    return { node: this.#node, manifest: undefined, sql, origin }
  }

  async #run<T>(
    sql: string,
    work: () => Promise<T>,
    place: (fault: Diagnostic) => Diagnostic,
  ): Promise<T> {
    return await this.#guard(sql, work, (error) =>
      place(databaseDiagnostic(this.adapter, error, this.#failed(sql, undefined))),
    )
  }

  async #guard<T>(
    sql: string,
    work: () => Promise<T>,
    explain: (error: unknown) => Diagnostic,
  ): Promise<T> {
    this.ran.push(sql)
    try {
      return await work()
    } catch (error) {
      if (this.adapter.explainError(error).retryable) throw error
      this.ran.push('-- failed')
      throw new StepError([explain(error)], { cause: error })
    }
  }
}

async function collect(session: Session, sql: string): Promise<readonly Cells[]> {
  const rows: Cells[] = []
  for await (const row of session.readText(sql)) rows.push(row)
  return rows
}

function columnsIn({ columns }: Table): readonly Column[] {
  return columns.map(({ name, dataType }) => ({ name, dataType }))
}

/** The database names the value it could not read; the row that holds it is the place. */
function inFixture(fault: Diagnostic, { span, rows }: FixturePlace): Diagnostic {
  const quoted = [...fault.message.matchAll(/'([^']*)'|"([^"]*)"/g)].map(
    (match) => match[1] ?? match[2],
  )
  const row = rows.find(({ cells }) =>
    cells.some(({ text }) => text !== null && quoted.includes(text)),
  )
  const { hint: _, ...rest } = fault
  return { ...rest, span: row?.span ?? span }
}
