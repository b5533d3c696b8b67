/** What the generator of a model is given: its reads as streams of rows, and what templates know besides. */
import type { ModelContext, ReadOptions, Rows } from '../../../core/authoring/define-model.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { nearestName } from '../../../core/diagnostic.ts'
import type { Json } from '../../../core/json.ts'
import {
  cursorKey,
  type CursorName,
  type ReadText,
  type ReadTexts,
  referenceKey,
  type ReferenceName,
} from '../../plan/typescript/read-texts.ts'
import { isWhole, readQuery } from '../../plan/typescript/read-query.ts'
import type { TemplateEnvironment } from '../../../project/template/template.ts'
import { type ReadRow, openStream, type StreamSource } from './read-stream.ts'

export interface GeneratorInput {
  readonly reads: ReadTexts
  readonly dialect: Dialect
  readonly environment: Pick<TemplateEnvironment, 'vars' | 'target' | 'adapter'>
  readonly isIncremental: boolean
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  readonly invocationId: string
  readonly signal: AbortSignal
  log(message: string): void
  /** All but the query and its table. `key`: of what is read, for its place. */
  source(key: string): Omit<StreamSource, 'sql' | 'counted'>
}

export function modelContext(input: GeneratorInput): ModelContext {
  const { reads, dialect, environment, signal } = input
  const rowsOf = (read: ReadText, key: string, options: ReadOptions): Rows<never> =>
    rowsFrom(read, () => {
      const sql = readQuery(dialect, read, { options, tables: reads.tables })
      const counted = read.isTable && isWhole(options) ? read.text : undefined
      return openStream({ ...input.source(key), sql, counted })
    })
  const read = (known: ReadonlyMap<string, ReadText>, key: string, options: ReadOptions) => {
    const found = known.get(key)
    if (found === undefined) throw unknownRead(key, known)
    return rowsOf(found, key, options)
  }
  const context: Omit<ModelContext, 'this'> = {
    ref: (first: string, ...rest: readonly (string | ReadOptions | undefined)[]) => {
      const { names, options } = splitNames(first, rest)
      return read(reads.relations, referenceKey(refName(names, options)), options)
    },
    source: (sourceName: string, tableName: string, options: ReadOptions = {}) => {
      const key = referenceKey({ kind: 'source', sourceName, tableName })
      return read(reads.relations, key, options)
    },
    newRows: (first: string, ...rest: readonly (string | ReadOptions | undefined)[]) => {
      const { names, options } = splitNames(first, rest)
      const reference = cursorName(names, options)
      return read(reads.cursors, cursorKey({ kind: 'new_rows', reference }), options)
    },
    touchedKeys: (first: string, ...rest: readonly (string | readonly string[])[]) => {
      const key = rest.flatMap((each) => (typeof each === 'string' ? [] : [each]))[0] ?? []
      const names = [first, ...rest.flatMap((each) => (typeof each === 'string' ? [each] : []))]
      const call: CursorName = { kind: 'touched_keys', reference: cursorName(names, {}), key }
      return read(reads.cursors, cursorKey(call), {})
    },
    isIncremental: input.isIncremental,
    var: (name, otherwise) => {
      const value: Json | undefined = environment.vars[name] ?? otherwise
      if (value === undefined) throw new Error(`expected a var "${name}", found none`)
      return value
    },
    adapter: environment.adapter,
    target: environment.target,
    now: new Date(input.runStartedAt),
    invocationId: input.invocationId,
    signal,
    log: (message) => input.log(message),
  }
  return { ...context, this: rowsOf(reads.own, 'this', {}) }
}

function rowsFrom(
  { text, relation }: ReadText,
  open: () => AsyncIterableIterator<ReadRow>,
): Rows<never> {
  const { schema, identifier } = relation
  const rows: Rows<ReadRow> = {
    kind: 'relation',
    schema,
    identifier,
    text,
    toString: () => text,
    [Symbol.asyncIterator]: open,
  }
  if (!isRows(rows)) throw new Error('rows can be read')
  return rows
}

/** Which columns a row has is for the code that reads it to say. */
function isRows(rows: object): rows is Rows<never> {
  return Symbol.asyncIterator in rows
}

function splitNames(
  first: string,
  rest: readonly (string | ReadOptions | undefined)[],
): { readonly names: readonly string[]; readonly options: ReadOptions } {
  const names = [first, ...rest.flatMap((each) => (typeof each === 'string' ? [each] : []))]
  const options = rest.find((each) => typeof each === 'object')
  return { names, options: typeof options === 'object' ? options : {} }
}

function refName(names: readonly string[], { version }: ReadOptions): ReferenceName {
  const [first = '', second] = names
  return {
    kind: 'ref',
    name: second ?? first,
    ...(second === undefined ? {} : { packageName: first }),
    ...(version === undefined ? {} : { version: String(version) }),
  }
}

/** Two names are a source and its table. */
function cursorName(names: readonly string[], options: ReadOptions): ReferenceName {
  const [first = '', second] = names
  if (second === undefined) return refName([first], options)
  return { kind: 'source', sourceName: first, tableName: second }
}

/** Thrown to the code that asked. */
function unknownRead(key: string, known: ReadonlyMap<string, ReadText>): Error {
  const names = [...known.keys()].map(nameIn)
  const name = nameIn(key)
  const nearest = nearestName(name, names)
  const hint =
    nearest === undefined
      ? `list it under "refs" or "sources" of the model; listed are ${names.join(', ') || 'none'}`
      : `did you mean ${nearest}?`
  return new Error(`expected something that the model says it reads, found ${name}: ${hint}`)
}

function nameIn(key: string): string {
  const value: unknown = JSON.parse(key)
  const parts = Array.isArray(value) ? value.flat(2).filter((part) => part !== null) : [value]
  return parts
    .slice(1)
    .map((part) => `"${String(part)}"`)
    .join('.')
}
