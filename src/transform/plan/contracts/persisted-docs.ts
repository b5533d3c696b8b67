/** Descriptions that are written into the database: which comments there are to be, and the statements that make them so. */
import type { Dialect, RelationKind } from '../../../core/dialect.ts'
import { type Diagnostic, nearestName, warningDiagnostic } from '../../../core/diagnostic.ts'
import { isJsonObject, type Json } from '../../../core/json.ts'
import type { BuiltNode, ColumnProperties } from '../../../core/node.ts'
import type { RelationBelongings } from '../../../core/adapter.ts'

/** Under which the descriptions stand among the components of a publication. */
export const descriptionsKey = 'descriptions'

interface PersistedParts {
  readonly relation: boolean
  readonly columns: boolean
}

export function persistedParts(node: BuiltNode): PersistedParts {
  const value = node.config['persist_docs']
  const parts = isJsonObject(value) ? value : {}
  return { relation: parts['relation'] === true, columns: parts['columns'] === true }
}

/** undefined: nothing is written. */
export function descriptionsRecord(node: BuiltNode): Json | undefined {
  const { relation, columns } = persistedParts(node)
  if (!relation && !columns) return undefined
  return {
    ...(relation ? { relation: node.description } : {}),
    ...(columns
      ? { columns: node.columns.map(({ name, description }) => [name, description]) }
      : {}),
  }
}

interface PersistedDocs {
  /** None where the comments are as they should be. */
  readonly statements: readonly string[]
  /** Of columns that are described and not there. */
  readonly warnings: readonly Diagnostic[]
}

/** What YAML says is the truth: a description that is empty takes a comment away. Columns it does not name are left alone. */
export function persistDocs(
  dialect: Dialect,
  node: BuiltNode,
  found: RelationBelongings,
): PersistedDocs {
  const parts = persistedParts(node)
  const kind: RelationKind = found.kind
  const comment = (column: string | undefined, description: string): readonly string[] => {
    const held = found.comments.find((each) => each.column === column)?.text ?? ''
    if (held === description) return []
    const text = description === '' ? null : description
    return [dialect.commentOn(kind, { relation: node.relation, column }, text)]
  }
  const described = parts.columns ? node.columns : []
  const columns = described.map(({ name, span, description, quote }) => ({
    name,
    span,
    description,
    held: heldColumn(found.columns, name, quote === true && dialect.hasCaseSensitiveNames),
  }))
  return {
    statements: [
      ...(parts.relation ? comment(undefined, node.description) : []),
      ...columns.flatMap(({ held, description }) =>
        held === undefined ? [] : comment(held, description),
      ),
    ],
    warnings: columns
      .filter(({ held }) => held === undefined)
      .map((column) => absent(node, column, found.columns)),
  }
}

function heldColumn(
  columns: readonly string[],
  name: string,
  isQuoted: boolean,
): string | undefined {
  if (columns.includes(name)) return name
  if (isQuoted) return undefined
  return columns.find((column) => column.toLowerCase() === name.toLowerCase())
}

/** The others are commented all the same. */
function absent(
  node: BuiltNode,
  { name, span }: Pick<ColumnProperties, 'name' | 'span'>,
  known: readonly string[],
): Diagnostic {
  const nearest = nearestName(name, known)
  return warningDiagnostic({
    code: 'unknown-column',
    message: `expected a column of "${node.name}" to write the description of, found "${name}"`,
    span,
    hint:
      nearest === undefined
        ? `it has ${known.map((column) => `"${column}"`).join(', ')}`
        : `did you mean "${nearest}"?`,
  })
}
