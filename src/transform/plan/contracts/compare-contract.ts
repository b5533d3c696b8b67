/** The columns of a SELECT held against those of its contract: what differs, as a table that can be read. */
import type { Contract, ContractColumn } from '../../../core/node/contract.ts'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Column } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { ContractedColumn } from '../publish-unit.ts'

interface Compared {
  readonly contract: Contract
  /** Of the SELECT, in the database's spelling of the types. */
  readonly definition: readonly Column[]
  /** The types of the contract, in its order, likewise. */
  readonly promised: readonly string[]
}

interface Difference {
  readonly column: string
  readonly definition: string
  readonly contract: string
  readonly reason: 'missing in contract' | 'missing in definition' | 'data type mismatch'
  readonly span?: Diagnostic['span']
}

/** The order does not matter. */
export function compareContract(
  compared: Compared,
  title: string,
): Result<readonly ContractedColumn[]> {
  const { contract, definition, promised } = compared
  const pairs = contract.columns.map((column, index) => ({
    column,
    promised: promised[index] ?? column.dataType,
    found: definitionOf(column, definition),
  }))
  const kept = new Set(pairs.map(({ found }) => found?.name))
  const differences: readonly Difference[] = [
    ...definition
      .filter(({ name }) => !kept.has(name))
      .map(({ name, dataType }) => ({
        column: name,
        definition: dataType,
        contract: '',
        reason: 'missing in contract' as const,
      })),
    ...pairs.flatMap(({ column, promised: type, found }): readonly Difference[] => {
      const { name, span } = column
      if (found === undefined) {
        return [
          { column: name, definition: '', contract: type, reason: 'missing in definition', span },
        ]
      }
      if (isSameType(found.dataType, type, column.dataType)) return []
      const definitionType = found.dataType
      return [
        {
          column: name,
          definition: definitionType,
          contract: type,
          reason: 'data type mismatch',
          span,
        },
      ]
    }),
  ]
  if (differences.length > 0) return failure([mismatch(differences, title)])
  return success(
    pairs.map(({ column, found }) => ({ ...column, spelled: found?.name ?? column.name })),
  )
}

/** In just the case of the YAML first; `quote: true` allows no other. */
function definitionOf(column: ContractColumn, definition: readonly Column[]): Column | undefined {
  const exact = definition.find(({ name }) => name === column.name)
  if (exact !== undefined || column.isQuoted) return exact
  const lower = column.name.toLowerCase()
  return definition.find(({ name }) => name.toLowerCase() === lower)
}

const size = /\(\s*\d+(?:\s*,\s*-?\d+)*\s*\)/

/** A size counts where both say one: what a SELECT computes often has none, and takes that of the contract. */
function isSameType(found: string, promised: string, written: string): boolean {
  if (found === promised) return true
  if (familyOf(found) !== familyOf(promised)) return false
  const sizes = [size.exec(found)?.[0], size.test(written) ? size.exec(promised)?.[0] : undefined]
  return sizes[0] === undefined || sizes[1] === undefined || sizes[0] === sizes[1]
}

function familyOf(type: string): string {
  const plain = type.replace(size, '').trim()
  return plain === 'character varying' ? 'text' : plain
}

function mismatch(differences: readonly Difference[], title: string): Diagnostic {
  const rows = [
    ['column', 'definition type', 'contract type', 'reason'],
    ...differences.map(({ column, definition, contract, reason }) => [
      column,
      definition,
      contract,
      reason,
    ]),
  ]
  const count = differences.length === 1 ? '1 difference' : `${differences.length} differences`
  const span = differences.find((difference) => difference.span !== undefined)?.span
  return errorDiagnostic({
    code: 'contract-mismatch',
    message: `expected the columns of the contract of "${title}", found ${count}\n${tableText(rows)}`,
    span,
    hint: 'change the SELECT, or the columns in the YAML',
  })
}

function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((row) => (row[index] ?? '').length)),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join(' | ')
      .trimEnd(),
  )
  const rule = widths.map((width) => '-'.repeat(width)).join('-|-')
  return [lines[0], rule, ...lines.slice(1)].map((line) => `  ${line ?? ''}`).join('\n')
}
