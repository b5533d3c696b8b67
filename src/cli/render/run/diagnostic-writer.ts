/** Diagnostics as they come, to pages for people: those of one moment together, none twice, those of loading counted at its end. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { Pen } from '../../screen.ts'
import { sourceLineReader } from '../../source-lines.ts'
import {
  countDiagnostics,
  type DiagnosticPage,
  renderDiagnostic,
  renderDiagnostics,
} from '../diagnostic.ts'

interface DiagnosticWriterOptions {
  readonly errors: Pen
  readonly isQuiet: boolean
  /** Where diagnostics' paths start until the project was found. */
  readonly root: string
  /** The text of `--inline`, if there is one. */
  readonly inline?: string | undefined
}

const defaultSourceWidth = 120

export class DiagnosticWriter {
  root: string
  readonly #errors: Pen
  readonly #isQuiet: boolean
  readonly #inline: string | undefined
  /** Those that were printed: an outcome may bring them a second time. */
  readonly #printed = new Set<string>()
  #waiting: Diagnostic[] = []
  #isFlushPlanned = false
  /** Printed below the lines of their tables, and not counted yet. */
  #ofTables: Diagnostic[] = []

  constructor({ errors, isQuiet, root, inline }: DiagnosticWriterOptions) {
    this.#errors = errors
    this.#isQuiet = isQuiet
    this.root = root
    this.#inline = inline
  }

  add(diagnostic: Diagnostic): void {
    if (this.#isQuiet && diagnostic.severity !== 'error') return
    this.#waiting.push(diagnostic)
    if (this.#isFlushPlanned) return
    this.#isFlushPlanned = true
    setImmediate(() => this.flush())
  }

  flush(): void {
    this.#isFlushPlanned = false
    const fresh = this.#takeFresh()
    if (fresh.length === 0) return
    this.#errors.print(renderDiagnostics(fresh, this.page(this.#errors)))
  }

  /** At once: they belong to the line that was printed last. */
  printOfTable(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.add(diagnostic)
    const fresh = this.#takeFresh()
    if (fresh.length === 0) return
    this.#ofTables.push(...fresh)
    const page = this.page(this.#errors)
    this.#errors.print(fresh.map((each) => `${renderDiagnostic(each, page)}\n`).join('\n'))
  }

  /** When all tables are done. */
  countOfTables(): void {
    if (this.#ofTables.length === 0) return
    this.#errors.print(countDiagnostics(this.#ofTables, this.#errors.paint))
    this.#ofTables = []
  }

  #takeFresh(): readonly Diagnostic[] {
    const fresh = this.#waiting.filter((diagnostic) => {
      const key = JSON.stringify(diagnostic)
      const isNew = !this.#printed.has(key)
      this.#printed.add(key)
      return isNew
    })
    this.#waiting = []
    return fresh
  }

  /** What was printed is news again. */
  forget(): void {
    this.#printed.clear()
  }

  /** Files are read anew for each group: they change while `watch` runs. */
  page(pen: Pen): DiagnosticPage {
    return {
      readLine: sourceLineReader({ root: this.root, inline: this.#inline }),
      paint: pen.paint,
      width: pen.columns() ?? defaultSourceWidth,
    }
  }
}
