/** Both output streams as one screen: results, words for people, errors, and one live line below them. */
import { isColourWanted, type Paint, paintWith } from './render/colours.ts'
import type { Output } from './output.ts'

const eraseLine = '\r\u001b[2K'

interface ScreenOptions {
  readonly stdout: Output
  readonly stderr: Output
  /** Where progress and summaries go; results are always on stdout. */
  readonly people: 'stdout' | 'stderr'
  readonly env: Readonly<Record<string, string | undefined>>
  readonly useColours: boolean | undefined
}

export interface Pen {
  readonly paint: Paint
  /** Columns of the terminal; undefined when it is none. */
  readonly columns: () => number | undefined
  /** Whole lines, without the last line end. */
  readonly print: (text: string) => void
}

export class Screen {
  /** Progress, summaries, hints. */
  readonly people: Pen
  /** What is wrong: always stderr. */
  readonly errors: Pen
  /** Paint for results. */
  readonly resultPaint: Paint
  readonly #stdout: Output
  readonly #live: Output
  #liveText = ''

  constructor({ stdout, stderr, people, env, useColours }: ScreenOptions) {
    const paintFor = (output: Output): Paint =>
      paintWith(isColourWanted({ isTerminal: output.isTerminal, env, flag: useColours }))
    const penFor = (output: Output): Pen => ({
      paint: paintFor(output),
      columns: () => output.columns,
      print: (text) => this.#aboveLive(() => output.write(`${text}\n`)),
    })
    this.#stdout = stdout
    this.#live = people === 'stdout' ? stdout : stderr
    this.people = penFor(this.#live)
    this.errors = penFor(stderr)
    this.resultPaint = paintFor(stdout)
  }

  /** Columns that a result may take; undefined: as many as it likes. */
  get resultColumns(): number | undefined {
    return this.#stdout.columns
  }

  get hasLive(): boolean {
    return this.#live.isTerminal
  }

  /** What was asked for; waits for a slow reader. */
  async printResult(pieces: Iterable<string>): Promise<void> {
    this.setLive('')
    await this.#stdout.writeAll(pieces)
  }

  /** One line that the next call replaces, '' to take it away. Nothing happens where there is no terminal. */
  setLive(text: string): void {
    if (!this.hasLive || text === this.#liveText) return
    this.#liveText = text
    this.#live.write(eraseLine + text)
  }

  #aboveLive(write: () => void): void {
    if (this.#liveText === '') {
      write()
      return
    }
    this.#live.write(eraseLine)
    write()
    this.#live.write(this.#liveText)
  }
}
