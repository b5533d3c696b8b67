/** `lint-nullable-key`: a key whose NULLs nothing refuses before they are compared, and compare as equal to nothing. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import { type Diagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { ModelNode } from '../../../core/node.ts'
import type { KnownKeys } from '../known-keys.ts'

export function findNullableKey(node: ModelNode, { notNull }: KnownKeys): readonly Diagnostic[] {
  const { materialization } = node
  if (materialization.name !== 'incremental') return []
  const { strategy } = materialization
  if (strategy !== 'merge' && strategy !== 'delete+insert') return []
  const tested = notNull.get(node.uniqueId) ?? new Set()
  const missing = materialization.uniqueKey.filter((column) => !tested.has(column.toLowerCase()))
  if (missing.length === 0) return []
  const columns = missing.map((column) => `"${column}"`).join(' and ')
  const of = missing.length === 1 ? 'key column' : 'key columns'
  return [
    warningDiagnostic({
      code: 'lint-nullable-key',
      message: `expected a not_null test on ${of} ${columns} of incremental model "${node.name}", found none`,
      span: keySpan(node),
      hint: `add data_tests: [not_null] to ${columns} in ${node.patchPath ?? 'a .yml file beside the model'}`,
    }),
  ]
}

/** The config in the file; a key that comes from elsewhere is placed at the model's first line. */
function keySpan({ code, span }: ModelNode): SourceSpan {
  if (code.kind !== 'file') return span
  const at = code.text.search(/\bunique_key\s*=/)
  if (at < 0) return span
  const before = code.text.slice(0, at).split('\n')
  const column = (before.at(-1)?.length ?? 0) + 1
  return { path: span.path, line: before.length, column, length: 'unique_key'.length }
}
