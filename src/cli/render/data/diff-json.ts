/** A diff to JSON: a relation a line, cells as text in their normal form. */
import type { DiffValue, NodeDiff } from '../../../app/use-cases.ts'

/** `{"a": ..., "b": ..., "nodes": [...]}`; valid JSON when all pieces are put together. */
export function* diffJson({ a, b, nodes }: DiffValue): Generator<string> {
  yield `{"a": ${JSON.stringify(a)}, "b": ${JSON.stringify(b)}, "nodes": [`
  for (const [index, node] of nodes.entries()) {
    yield `${index === 0 ? '\n' : ',\n'}  ${JSON.stringify(nodeJson(node))}`
  }
  yield nodes.length === 0 ? ']}\n' : '\n]}\n'
}

function nodeJson(node: NodeDiff) {
  const { uniqueId, name, relations, status } = node
  const base = { unique_id: uniqueId, name, relation_a: relations.a, relation_b: relations.b }
  if (node.status === 'missing') return { ...base, status, missing_in: node.missingIn }
  if (node.status === 'absent' || node.status === 'error') return { ...base, status }
  const { columns, rows } = node
  const asColumn = ({
    name: column,
    dataType,
  }: {
    readonly name: string
    readonly dataType: string
  }) => ({
    name: column,
    type: dataType,
  })
  return {
    ...base,
    status,
    columns: {
      only_in_a: columns.onlyInA.map(asColumn),
      only_in_b: columns.onlyInB.map(asColumn),
      types: columns.types,
      volatile: columns.volatile,
    },
    rows: {
      key: rows.key.columns,
      key_from: rows.key.from,
      tolerance: rows.tolerance,
      count_a: rows.counts.a,
      count_b: rows.counts.b,
      repeated_keys_a: rows.repeatedKeys.a,
      repeated_keys_b: rows.repeatedKeys.b,
      common: rows.common,
      different: rows.different,
      only_in_a: rows.onlyInA.count,
      only_in_b: rows.onlyInB.count,
      columns: rows.columns,
    },
    samples: {
      columns: rows.names,
      different: rows.samples,
      only_in_a: rows.onlyInA.rows,
      only_in_b: rows.onlyInB.rows,
    },
  }
}
