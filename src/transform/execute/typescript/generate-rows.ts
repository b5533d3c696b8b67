/** Runs the generator of a model: its rows as text cells, its faults led back to the line that was written. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import type { ModelNode } from '../../../core/node.ts'
import { environmentOf, type Manifest } from '../../../project/parse/manifest.ts'
import { threwText } from '../../../project/typescript/load-module.ts'
import type { CompiledModule, ModelFacts } from '../../../project/typescript/module.ts'
import { cursorKey, type ReadTexts, referenceKey } from '../../plan/typescript/read-texts.ts'
import type { RowHost } from '../../plan/publish-unit.ts'
import { createRowEncoder } from '../../plan/typescript/encode-row.ts'
import { databaseDiagnostic, StepError } from '../database-diagnostic.ts'
import { codeOf } from './code-of.ts'
import { createTurns } from './give-turns.ts'
import { modelContext } from './model-context.ts'
import { type PulledRows, pullRows } from './pull-rows.ts'
import type { StreamSource } from './read-stream.ts'

export type Cells = readonly (string | null)[]

export interface GeneratorRun {
  readonly manifest: Manifest
  readonly node: ModelNode
  readonly reads: ReadTexts
  readonly isIncremental: boolean
  /** ISO 8601, UTC. */
  readonly runStartedAt: string
  readonly invocationId: string
}

/** Throws a `StepError`; what another try of the transaction may get past goes up as it is. */
export async function* generateRows(
  run: GeneratorRun,
  host: RowHost,
): AsyncGenerator<Cells, void, undefined> {
  const { manifest, node } = run
  const { module, facts } = codeOf(manifest, node)
  const { strays, signal } = host
  const loaded = await strays.within(strays.run(() => manifest.code.load([module])))
  if (!loaded.ok) throw new StepError(loaded.diagnostics)
  const failures = new ReadFailures(run, host, facts)
  const context = modelContext({
    ...run,
    dialect: host.adapter.dialect,
    environment: environmentOf(manifest, node.packageName),
    signal,
    log: (message) => host.log(message),
    source: (key) => failures.sourceOf(key),
  })
  const encoder = createRowEncoder({
    name: node.name,
    columns: columnsOf(node, facts),
    adapter: host.adapter.dialect.name,
    span: facts.span,
  })
  let number = 0
  const turns = createTurns(signal)
  let rows: PulledRows | undefined
  try {
    rows = pullRows(
      strays.run(() => rowsIn(run, { module, facts, context })),
      { strays, signal },
    )
    for await (const row of rows) {
      number += 1
      const outcome = encoder.encode(row, number)
      if (!outcome.ok) throw new StepError([outcome.fault])
      yield outcome.cells
      if (!turns.isDue()) continue
      await turns.give()
      strays.throwIfAny()
    }
    strays.throwIfAny()
    failures.throwIfAny()
  } catch (error) {
    rows?.leave()
    if (error instanceof StepError) throw error
    signal.throwIfAborted()
    failures.rethrow(error)
    throw new StepError([thrown(run, module, { error, facts, number })], { cause: error })
  }
}

function rowsIn(
  { manifest, node }: GeneratorRun,
  {
    module,
    facts,
    context,
  }: {
    readonly module: CompiledModule
    readonly facts: ModelFacts
    readonly context: ReturnType<typeof modelContext>
  },
): AsyncIterable<unknown> | Iterable<unknown> {
  const refused = (found: string, hint: string) => {
    const message = `expected a generator as the function of "${node.name}", found ${found}`
    const { span } = facts
    return new StepError([errorDiagnostic({ code: 'typescript-failed', message, span, hint })])
  }
  const model = manifest.code.exportOf(module, 'default')
  if (!hasRun(model)) {
    throw refused('none once its file had run', 'export default defineModel(..) of the file')
  }
  const rows = model.run(context)
  if (isIterable(rows)) return rows
  throw refused('one that gives no rows', 'write async function* (context) { yield { .. } }')
}

function hasRun(value: unknown): value is { run(context: unknown): unknown } {
  return (
    typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function'
  )
}

function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return false
  return Symbol.asyncIterator in value || Symbol.iterator in value
}

function columnsOf({ code }: ModelNode, facts: ModelFacts) {
  const columns = code.kind === 'typescript' ? code.columns : []
  return columns.map((column) => ({
    ...column,
    span: spanOfColumn(facts, column.name),
  }))
}

/** Where it is declared. */
export function spanOfColumn(facts: ModelFacts, column: string): SourceSpan {
  return facts.columns?.find(({ name }) => name === column)?.span ?? facts.span
}

function thrown(
  { manifest, node }: GeneratorRun,
  module: CompiledModule,
  {
    error,
    facts,
    number,
  }: { readonly error: unknown; readonly facts: ModelFacts; readonly number: number },
): Diagnostic {
  return errorDiagnostic({
    code: 'typescript-failed',
    message: `"${node.name}" ${threwText(error, number === 0 ? '' : ` after row ${number}`)}`,
    span: manifest.code.placeOf(module, error) ?? facts.span,
  })
}

/** What the database said while rows were read: the code in between hands it on, or swallows it. */
class ReadFailures {
  readonly #run: GeneratorRun
  readonly #host: RowHost
  readonly #facts: ModelFacts
  readonly #errors = new Map<unknown, string>()
  #counts: Diagnostic | undefined

  constructor(run: GeneratorRun, host: RowHost, facts: ModelFacts) {
    this.#run = run
    this.#host = host
    this.#facts = facts
  }

  sourceOf(key: string): Omit<StreamSource, 'sql' | 'counted'> {
    return {
      reader: this.#host.reader,
      onError: (error) => this.#errors.set(error, key),
      onOtherCount: (read, expected) => {
        this.#counts ??= errorDiagnostic({
          code: 'rows-lost',
          message: `expected all ${expected} rows of ${key}, read ${read}`,
          span: this.#spanOf(key),
        })
      },
    }
  }

  /** A read that failed has given too few rows, whether or not the code took notice. */
  throwIfAny(): void {
    if (this.#counts !== undefined) throw new StepError([this.#counts])
    const [first] = this.#errors.keys()
    if (first !== undefined) this.rethrow(first)
  }

  /** Returns where the database has said nothing of it. */
  rethrow(error: unknown): void {
    const key = this.#errors.get(error)
    if (key === undefined) return
    const { adapter } = this.#host
    if (adapter.explainError(error).retryable) throw error
    const { node, manifest } = this.#run
    const said = databaseDiagnostic(adapter, error, { node, sql: '', origin: undefined, manifest })
    throw new StepError([{ ...said, span: this.#spanOf(key) }], { cause: error })
  }

  #spanOf(key: string) {
    const { references, cursorReads, span } = this.#facts
    const reference = references.find((each) => referenceKey(each) === key)
    const cursor = cursorReads.find((each) => cursorKey(each) === key)
    return reference?.span ?? cursor?.reference.span ?? span
  }
}
