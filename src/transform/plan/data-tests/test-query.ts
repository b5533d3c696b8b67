/** The query that decides a data test: its failures by `fail_calc`, compared by `warn_if` and `error_if`. */
import { configSpan } from '../../../core/node/config-places.ts'
import type { TestNode } from '../../../core/node.ts'
import type { Segment, SegmentMap } from '../../../project/template/template.ts'

export interface TestQuery {
  readonly sql: string
  /** Where the query of the failing rows begins in it. */
  readonly start: number
  /** What stands before it: texts of the test's config. */
  readonly head: SegmentMap
}

/** `select` gives the failing rows. One row comes back: failures, should_warn, should_error. */
export function testQuery(node: TestNode, select: string): TestQuery {
  const { failCalc, warnIf, errorIf, messageCalc } = node
  const calc = { text: failCalc, key: 'fail_calc' }
  const { sql: head, map } = joined(node, [
    { text: 'select\n  ' },
    calc,
    { text: ' as failures,\n  (' },
    calc,
    { text: ') ' },
    { text: warnIf, key: 'warn_if' },
    { text: ' as should_warn,\n  (' },
    calc,
    { text: ') ' },
    { text: errorIf, key: 'error_if' },
    { text: ' as should_error' },
    ...(messageCalc === undefined
      ? []
      : [{ text: ',\n  (' }, { text: messageCalc, key: 'message_calc' }, { text: ') as message' }]),
    { text: '\nfrom (\n' },
  ])
  const limit = node.limit === undefined ? '' : `\nlimit ${node.limit}`
  const limited = limit === '' ? select : `select * from (\n${select}\n) as assay_rows${limit}`
  const start = head.length + limited.indexOf(select)
  return { sql: `${head}${limited}\n) as assay_test`, start, head: map }
}

interface Piece {
  readonly text: string
  /** The config that gave it; left out: it is ours. */
  readonly key?: string
}

const meanings: ReadonlyMap<string, string> = new Map([
  ['fail_calc', 'an aggregate over the failing rows'],
  ['message_calc', 'an aggregate over the failing rows'],
  ['warn_if', 'a comparison with a number'],
  ['error_if', 'a comparison with a number'],
])

function joined(
  node: TestNode,
  pieces: readonly Piece[],
): { readonly sql: string; readonly map: SegmentMap } {
  let sql = ''
  const map: Segment[] = []
  for (const { text, key = '' } of pieces) {
    const segment = {
      start: sql.length,
      span: configSpan(node, key),
      isLiteral: false,
      callers: [],
    }
    const meaning = meanings.get(key)
    map.push(
      meaning === undefined
        ? segment
        : { ...segment, says: `expected ${meaning} as "${key}", found "${text}"` },
    )
    sql += text
  }
  return { sql, map }
}

/** The first failing rows. */
export function limitedRows(select: string, rows: number): string {
  return `select * from (\n${select}\n) as assay_test\nlimit ${rows}`
}
