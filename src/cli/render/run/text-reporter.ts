/** Events of a command to text for people: header, a line a node, diagnostics, summary. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { Event } from '../../../core/event.ts'
import { never } from '../../../core/never.ts'
import type { Node, UniqueId } from '../../../core/node.ts'
import type { RunResult } from '../../../core/run-result.ts'
import type { Pen, Screen } from '../../screen.ts'
import { enumerate, formatDuration, formatTimeOfDay, plural } from '../counts.ts'
import { renderDiagnostic } from '../diagnostic.ts'
import { nameOf, nameOfId } from '../node-name.ts'
import { renderTable } from '../data/table-text.ts'
import { padStart, textWidth } from '../text-width.ts'
import { DiagnosticWriter } from './diagnostic-writer.ts'
import { LiveLine } from './live-line.ts'
import { ingestedLines, ingestHeader, loadLine, waitingLines, writtenLines } from './load-lines.ts'
import { exportLines } from './export-line.ts'
import { nodeLine, statusWord } from './node-line.ts'
import type { Reporter } from './reporter.ts'
import { isBad, type FinishedRun, summaryLines } from './summary.ts'

interface TextReporterOptions {
  readonly screen: Screen
  readonly isQuiet: boolean
  /** Where diagnostics' paths start until the project was found. */
  readonly root: string
  /** The text of `--inline`, if there is one. */
  readonly inline?: string | undefined
  readonly now: () => Date
}

/** The column of names grows with the names that were seen, between these bounds. */
const nameColumns = { least: 28, most: 60 } as const
const sampleRows = 5
const batchRowsWidth = '100,000 rows'.length
const sampleIndent = '         '

type EventOf<Type extends Event['type']> = Extract<Event, { readonly type: Type }>

export class TextReporter implements Reporter {
  readonly #screen: Screen
  readonly #people: Pen
  readonly #isQuiet: boolean
  readonly #now: () => Date
  readonly #live: LiveLine
  readonly #names = new Map<UniqueId, string>()
  /** How many tests that decide about a node have passed in this run, and how many were skipped. */
  readonly #passed = new Map<UniqueId, number>()
  readonly #skipped = new Map<UniqueId, number>()
  readonly #diagnostics: DiagnosticWriter
  #command = ''
  #nameWidth: number = nameColumns.least
  /** The line printed last is empty: the summary needs no other before it. */
  #endsBlank = false

  constructor({ screen, isQuiet, root, inline, now }: TextReporterOptions) {
    this.#screen = screen
    this.#people = screen.people
    this.#isQuiet = isQuiet
    this.#diagnostics = new DiagnosticWriter({ errors: screen.errors, isQuiet, root, inline })
    this.#now = now
    this.#live = new LiveLine({
      now: () => now().getTime(),
      columns: screen.people.columns,
      show: (text) => screen.setLive(text),
    })
  }

  get isBusy(): boolean {
    return this.#live.isBusy
  }

  readonly emit = (event: Event): void => {
    if (event.type === 'diagnostic') {
      this.#diagnostics.add(event.diagnostic)
      return
    }
    this.#diagnostics.flush()
    this.#print(event)
  }

  invalid(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.#diagnostics.add(diagnostic)
    this.#diagnostics.flush()
  }

  end(): void {
    this.#diagnostics.flush()
    this.#live.clear()
  }

  #print(event: Exclude<Event, { readonly type: 'diagnostic' }>): void {
    switch (event.type) {
      case 'project-read':
        this.#diagnostics.root = event.root
        return
      case 'run-started':
        this.#command = event.command
        this.#passed.clear()
        this.#skipped.clear()
        this.#endsBlank = true
        for (const node of event.nodes) this.#learnName(node)
        this.#printProgress(...headerLines(event))
        return
      case 'node-started':
        this.#learnName(event.node)
        if (!this.#isQuiet && this.#screen.hasLive) this.#live.start(nameOf(event.node))
        return
      case 'node-finished':
        this.#live.stop(nameOf(event.node))
        this.#printNode(event)
        return
      case 'batch-finished':
        this.#printBatch(event)
        return
      case 'run-finished':
        this.#live.clear()
        this.#printSummary(event)
        return
      case 'operation-finished':
        this.#printOperation(event)
        return
      case 'ingest-started':
        this.#endsBlank = true
        for (const node of event.nodes) this.#learnName(node)
        this.#printProgress(...ingestHeader(event))
        return
      case 'load-started':
        if (!this.#isQuiet && this.#screen.hasLive) this.#live.start(nameOf(event.node))
        return
      case 'load-progress':
        return
      case 'load-finished':
        this.#live.stop(nameOf(event.result.node))
        this.#printLoad(event)
        return
      case 'ingest-finished':
        this.#live.clear()
        this.#printIngested(event)
        return
      case 'dead-letters-waiting':
        this.#printProgress('', ...waitingLines(event))
        return
      case 'dead-letters-written':
        if (this.#isQuiet) return
        this.#people.print([...(this.#endsBlank ? [] : ['']), ...writtenLines(event)].join('\n'))
        this.#endsBlank = false
        return
      case 'export-started':
        this.#printProgress(`export from ${event.target} (${event.database}) to ${event.to}`, '')
        return
      case 'relation-export-started':
        this.#learnName(event.node)
        if (!this.#isQuiet && this.#screen.hasLive) this.#live.start(nameOf(event.node))
        return
      case 'relation-exported':
        this.#live.stop(nameOf(event.node))
        this.#learnName(event.node)
        this.#printProgress(...exportLines(event, this.#nameWidth))
        return
      case 'print':
        this.#people.print(event.message)
        return
      case 'log':
        this.#printProgress(
          event.node === undefined ? event.message : `${event.node}: ${event.message}`,
        )
        return
      case 'files-changed':
        // A fault that is still there after the next save is news again.
        this.#diagnostics.forget()
        this.#printProgress('', this.#separator(event))
        return
      case 'serving':
        this.#printProgress(
          `serving ${event.target} (${event.database}) at ${event.address}, Ctrl-C ends`,
        )
        return
      case 'request-served':
        // Of those that went well the metrics tell; --log-format json has a line of each.
        if (event.status >= 500) {
          this.#people.print(
            `${event.method} ${event.route ?? 'of no route'}: ${event.status} (request ${event.requestId})`,
          )
        }
        return
      case 'watching':
        this.#printProgress(
          '',
          this.#people.paint(
            'dim',
            `watching ${plural(event.folders.length, 'folder')}, Ctrl-C ends`,
          ),
        )
        return
      default:
        never(event)
    }
  }

  #printProgress(...lines: readonly string[]): void {
    if (!this.#isQuiet) this.#people.print(lines.join('\n'))
  }

  #learnName(node: Node): void {
    const name = nameOf(node)
    this.#names.set(node.uniqueId, name)
    this.#nameWidth = Math.min(nameColumns.most, Math.max(this.#nameWidth, textWidth(name)))
  }

  #nameOf(uniqueId: UniqueId): string {
    return this.#names.get(uniqueId) ?? nameOfId(uniqueId)
  }

  #printNode(event: EventOf<'node-finished'>): void {
    const { result, decides } = event
    const counts = this.#countedWithNode(result)
    if (decides !== undefined && counts !== undefined) {
      // Its node's line says it: a line for each passing test would bury the rest.
      counts.set(decides, (counts.get(decides) ?? 0) + 1)
      return
    }
    this.#learnName(event.node)
    if (this.#isQuiet && !isBad(result)) return
    const { paint } = this.#people
    const cause = result.status === 'skipped' ? this.#causeOf(result) : ''
    const line = nodeLine(event, {
      paint,
      nameWidth: this.#nameWidth,
      cause,
      passedTests: this.#passed.get(result.uniqueId) ?? 0,
      skippedTests: this.#skipped.get(result.uniqueId) ?? 0,
    })
    const details = this.#detailLines(result)
    this.#endsBlank = details.at(-1) === ''
    this.#people.print([line, ...details].join('\n'))
  }

  #printLoad(event: EventOf<'load-finished'>): void {
    const { result } = event
    if (!this.#isQuiet || result.status !== 'success') {
      this.#endsBlank = false
      this.#people.print(loadLine(event, { paint: this.#people.paint, nameWidth: this.#nameWidth }))
    }
    this.#diagnostics.printOfTable(result.diagnostics)
  }

  #printIngested({ results, elapsedMs, interrupted }: EventOf<'ingest-finished'>): void {
    this.#diagnostics.countOfTables()
    const isFine = results.every(({ status }) => status === 'success') && !interrupted
    if (this.#isQuiet && isFine) return
    const lines = ingestedLines({ results, elapsedMs, interrupted }, this.#people.paint)
    this.#people.print([...(this.#endsBlank ? [] : ['']), ...lines].join('\n'))
  }

  /** `       batch 3 of 10  2026-01-03  ok  orders_by_day  12 rows  0.1s`. */
  #printBatch(event: EventOf<'batch-finished'>): void {
    const { status, index, total, node, batch, rows, elapsedMs } = event
    if (this.#isQuiet && status !== 'error') return
    this.#learnName(node)
    const width = String(total).length
    const number = `batch ${String(index).padStart(width)} of ${total}`
    const word = (status === 'success' ? 'ok' : status).padEnd('skipped'.length)
    const done =
      status === 'success'
        ? `  ${padStart(plural(rows ?? 0, 'row'), batchRowsWidth)}  ${formatDuration(elapsedMs).padStart(6)}`
        : ''
    const line = `${sampleIndent}${number}  ${batch}  ${word} ${nameOf(node)}${done}`
    this.#people.print(this.#people.paint(status === 'error' ? 'red' : 'dim', line))
  }

  /** `on-run-start 1/2  ok  shop-on-run-start-0  0.02s`. */
  #printOperation({ operation, result, index, total }: EventOf<'operation-finished'>): void {
    if (this.#isQuiet && !isBad(result)) return
    const number = `${operation.kind} ${index}/${total}`
    const time = formatDuration(result.elapsedMs)
    const rest = result.status === 'skipped' ? `because of ${this.#causeOf(result)}` : time
    const line = `  ${number}  ${statusWord(result)}  ${operation.name}  ${rest}`
    const details = this.#detailLines(result)
    this.#endsBlank = details.at(-1) === ''
    this.#people.print(
      [this.#people.paint(isBad(result) ? 'red' : 'dim', line), ...details].join('\n'),
    )
  }

  /** undefined: a test that ended so has a line of its own. */
  #countedWithNode({ status }: RunResult): Map<UniqueId, number> | undefined {
    if (status === 'pass' || status === 'reused') return this.#passed
    return status === 'skipped' ? this.#skipped : undefined
  }

  #causeOf({ because }: Extract<RunResult, { readonly status: 'skipped' }>): string {
    if (because === 'interrupted') return 'the interruption'
    if (because === 'fail-fast') return '--fail-fast'
    return this.#nameOf(because)
  }

  /** What went wrong, at once below the line: diagnostics, or the first failing rows. */
  #detailLines(result: RunResult): readonly string[] {
    if (result.status === 'error' || result.status === 'partial success') {
      const page = this.#diagnostics.page(this.#people)
      return result.diagnostics.flatMap((diagnostic) => [renderDiagnostic(diagnostic, page), ''])
    }
    if (result.status !== 'fail' && result.status !== 'warn') return []
    const { rows, columns } = result.sample
    if (rows.length === 0) return [`${sampleIndent}${result.message}`]
    const screenWidth = this.#people.columns()
    const table = renderTable(
      { columns, rows: rows.slice(0, sampleRows) },
      {
        paint: this.#people.paint,
        width: screenWidth === undefined ? undefined : screenWidth - sampleIndent.length,
      },
    )
    const more = rows.length > sampleRows || result.failures > rows.length
    return [
      `${sampleIndent}${result.message}${more ? `; the first ${plural(Math.min(rows.length, sampleRows), 'row')}:` : ':'}`,
      ...table.map((line) => `${sampleIndent}${line}`),
    ]
  }

  #printSummary(run: FinishedRun): void {
    const hasFailed = run.results.some(isBad) || run.interrupted
    if (this.#isQuiet && !hasFailed) return
    const lines = summaryLines(run, {
      command: this.#command,
      paint: this.#people.paint,
      nameOf: (uniqueId) => this.#nameOf(uniqueId),
    })
    this.#people.print([...(this.#endsBlank ? [] : ['']), ...lines].join('\n'))
  }

  /** `-- 14:03:22  models/silver/a.sql changed -----`. */
  #separator({ paths }: EventOf<'files-changed'>): string {
    const text = `-- ${formatTimeOfDay(this.#now())}  ${enumerate(paths)} changed `
    const width = Math.min(this.#people.columns() ?? 80, 100)
    return this.#people.paint('bold', text + '-'.repeat(Math.max(2, width - textWidth(text))))
  }
}

function headerLines(event: EventOf<'run-started'>): readonly string[] {
  const { command, target, database, found, total, threads } = event
  const kinds = Object.entries(found)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => plural(count, kind.replaceAll('_', ' ')))
  return [
    `${command} on ${target} (${database}), ${plural(threads, 'thread')}`,
    `found ${enumerate(kinds, 10) || 'nothing'}; ${plural(total, 'node')} to run`,
    '',
  ]
}
