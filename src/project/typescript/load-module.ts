/** Runs compiled modules: what they export, and what they throw led back to the line that was written. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { explainsStray } from '../../core/stray-errors.ts'
import { withArticle } from '../../core/with-article.ts'
import { ExitRefused, refuseExits } from './refuse-exits.ts'
import type { CompiledModule } from './module.ts'
import { readPlaces } from './places.ts'

export type Exports = Readonly<Record<string, unknown>>

/** By the path of the file: once run, a module stays. */
export class LoadedModules {
  readonly #root: string
  readonly #exports = new Map<string, Exports>()

  constructor(root: string) {
    this.#root = root
  }

  /** Runs the top level of those that were not run yet. */
  async load(modules: Iterable<CompiledModule>): Promise<Result<undefined>> {
    const faults: Diagnostic[] = []
    for (const module of modules) {
      if (this.#exports.has(module.path)) continue
      refuseExits(module.file)
      loadedFiles.set(module.file, this.#root)
      explainsStray(ofProject)
      try {
        const exports: unknown = await import(/* @vite-ignore */ pathToFileURL(module.file).href)
        this.#exports.set(module.path, isExports(exports) ? exports : {})
      } catch (error) {
        faults.push(this.explain(module, error))
      }
    }
    return faults.length > 0 ? failure(faults) : success(undefined)
  }

  has({ path }: CompiledModule): boolean {
    return this.#exports.has(path)
  }

  /** Throws where the module was not loaded. */
  exportOf({ path }: CompiledModule, name: string): unknown {
    const exports = this.#exports.get(path)
    if (exports === undefined) throw new Error(`${path} was not loaded`)
    return exports[name]
  }

  /** Where its code threw; undefined: somewhere else. */
  placeOf(module: CompiledModule, error: unknown): SourceSpan | undefined {
    return thrownAt(module, error, this.#root)
  }

  /** What its code threw as it was loaded. */
  explain(module: CompiledModule, error: unknown): Diagnostic {
    return errorDiagnostic({
      code: 'typescript-failed',
      message: `"${module.path}" ${threwText(error, ' as it was loaded')}`,
      span: this.placeOf(module, error) ?? { path: module.path, line: 1, column: 1, length: 1 },
    })
  }
}

/** From the file of each module that this process has run to the root of its project. */
const loadedFiles = new Map<string, string>()

/** What the code of a project threw where nobody waited for it: in a timer, say. undefined: it was not such code. */
function ofProject(error: unknown): Diagnostic | undefined {
  for (const [file, root] of loadedFiles) {
    const span = thrownAt({ file }, error, root)
    if (span === undefined) continue
    return strayText(error, span)
  }
  return undefined
}

/** What was thrown where nothing waits for it. */
export function strayText(error: unknown, span: SourceSpan): Diagnostic {
  return errorDiagnostic({
    code: 'typescript-failed',
    message: `the code of "${span.path}" ${threwText(error, ' that nothing waits for')}`,
    span,
    hint: 'await each promise, and catch what a timer or a listener throws',
  })
}

function isExports(value: unknown): value is Exports {
  return typeof value === 'object' && value !== null
}

/** The rest of a sentence about who threw it: `threw a TypeError after row 3: x is not a function`, with ` after row 3` as `when`. */
export function threwText(error: unknown, when = ''): string {
  if (error instanceof ExitRefused) return `called ${error.message}`
  if (!(error instanceof Error)) return `threw "${String(error)}"${when}`
  const name = error.name === 'Error' ? 'error' : error.name
  return `threw ${withArticle(name)}${when}: ${error.message}`
}

/** The innermost call of the module's own code; undefined: nothing of it is on the stack. */
function thrownAt(
  { file }: Pick<CompiledModule, 'file'>,
  error: unknown,
  root: string,
): SourceSpan | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined
  const url = pathToFileURL(file).href
  const frame = error.stack
    .split('\n')
    .map((line) => {
      const start = line.indexOf(url) >= 0 ? line.indexOf(url) + url.length : undefined
      const path = line.indexOf(file) >= 0 ? line.indexOf(file) + file.length : undefined
      const from = start ?? path
      return from === undefined ? null : /^:(\d+):(\d+)/.exec(line.slice(from))
    })
    .find((match) => match !== null)
  if (frame === undefined || frame === null) return undefined
  try {
    const places = readPlaces(readFileSync(`${file}.map`, 'utf8'), dirname(file), root)
    return places.spanAt(Number(frame[1]) - 1, Number(frame[2]) - 1)
  } catch {
    return undefined
  }
}
