/** The configs `indexes` and `unlogged` to how rows are stored; what the database of the target cannot make is a fault. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import { isJsonArray, isJsonObject, type Json } from '../../../core/json.ts'
import { type IndexConfig, plainStorage, type Storage } from '../../../core/node/storage.ts'
import type { AdapterName } from '../../../core/target.ts'
import type { Project } from '../../read/project.ts'
import { booleanOf, type ConfigEntries, isEnabled } from '../resolve-config.ts'

interface StorageContext {
  readonly project: Project
  readonly faults: Diagnostic[]
}

export function resolveStorage(
  { project, faults }: StorageContext,
  entries: ConfigEntries,
): Storage {
  const entry = entries['indexes']
  const isUnlogged = booleanOf(entries, 'unlogged') === true && project.target.type === 'postgres'
  if (entry === undefined || !isJsonArray(entry.value)) {
    return isUnlogged ? { ...plainStorage, isUnlogged } : plainStorage
  }
  const indexes = entry.value.flatMap((item) => indexOf(item))
  // What is disabled may be unfinished.
  if (isEnabled(entries)) {
    const spanAt = (index: number) => entry.itemSpans?.[index] ?? entry.span
    for (const [index, config] of indexes.entries()) {
      const fault = faultOf(project.target.type, config)
      if (fault !== undefined) faults.push(errorDiagnostic({ ...fault, span: spanAt(index) }))
    }
  }
  return { indexes, isUnlogged }
}

/** One that names no columns is refused by the schema. */
function indexOf(item: Json): readonly IndexConfig[] {
  if (!isJsonObject(item) || item['columns'] === undefined) return []
  const { columns, unique, type } = item
  const names = isJsonArray(columns) ? columns : [columns]
  const texts = names.flatMap((name) => (typeof name === 'string' && name !== '' ? [name] : []))
  const method = typeof type === 'string' && type !== '' ? type.toLowerCase() : undefined
  return [{ columns: texts, isUnique: unique === true, type: method }]
}

/** Methods of Postgres, and of extensions that are in wide use. */
const methods = [
  'btree',
  'hash',
  'gin',
  'gist',
  'spgist',
  'brin',
  'bloom',
  'rum',
  'ivfflat',
  'hnsw',
  'diskann',
] as const
const methodsOfOneColumn: ReadonlySet<string> = new Set(['hash', 'spgist', 'ivfflat', 'hnsw'])

type Fault = Pick<Diagnostic, 'message' | 'hint'> & { readonly code: 'invalid-value' }

function faultOf(
  adapter: AdapterName,
  { columns, isUnique, type }: IndexConfig,
): Fault | undefined {
  const fault = (message: string, hint: string): Fault => ({ code: 'invalid-value', message, hint })
  if (columns.length === 0) {
    return fault(
      'expected at least one column in an index, found none',
      'name them: columns: [user_id]',
    )
  }
  if (type === undefined) return undefined
  if (adapter === 'duckdb') {
    return fault(
      `expected an index without "type" on duckdb, found "${type}"`,
      'leave it out: duckdb has one kind of index',
    )
  }
  if (!methods.some((method) => method === type)) {
    const nearest = nearestName(type, methods)
    const hint =
      nearest === undefined
        ? `one of ${methods.map((method) => `"${method}"`).join(', ')}`
        : `did you mean "${nearest}"?`
    return fault(`expected an index type of postgres, found "${type}"`, hint)
  }
  if (isUnique && type !== 'btree') {
    return fault(
      `expected a unique index to be of type "btree", found "${type}"`,
      'leave out "type", or "unique"',
    )
  }
  if (columns.length > 1 && methodsOfOneColumn.has(type)) {
    return fault(
      `expected one column in an index of type "${type}", found ${columns.length}`,
      'make an index for each column, or one of type "btree"',
    )
  }
  return undefined
}
