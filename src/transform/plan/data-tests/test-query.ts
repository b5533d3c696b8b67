/** The query that decides a data test: its failures by `fail_calc`, compared by `warn_if` and `error_if`. */
import type { TestNode } from '../../../core/node.ts'

/** `select` gives the failing rows. One row comes back: failures, should_warn, should_error. */
export function testQuery(
  node: TestNode,
  select: string,
): { readonly sql: string; readonly start: number } {
  const limit = node.limit === undefined ? '' : `\nlimit ${node.limit}`
  const message = node.messageCalc === undefined ? '' : `,\n  (${node.messageCalc}) as message`
  const head = `select
  ${node.failCalc} as failures,
  (${node.failCalc}) ${node.warnIf} as should_warn,
  (${node.failCalc}) ${node.errorIf} as should_error${message}
from (
`
  const limited = limit === '' ? select : `select * from (\n${select}\n) as assay_rows${limit}`
  const start = head.length + limited.indexOf(select)
  return { sql: `${head}${limited}\n) as assay_test`, start }
}

/** The first failing rows. */
export function limitedRows(select: string, rows: number): string {
  return `select * from (\n${select}\n) as assay_test\nlimit ${rows}`
}
