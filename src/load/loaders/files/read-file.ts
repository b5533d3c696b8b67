/** A file to a unit of records: read once more after it was hashed, so that a change in between is seen. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type Diagnostic, type SourceSpan, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { Closed, FoundRecord, LoadUnit, Origin } from '../../loader.ts'
import { stateOf } from './file-state.ts'
import type { FileOptions } from './options.ts'
import { HalfWrittenError, readJsonl } from './read-jsonl.ts'
import { splitLines } from './split-lines.ts'

export interface FileToRead {
  /** Absolute. */
  readonly path: string
  /** Its content was hashed before. */
  readonly origin: Origin & { readonly contentHash: string }
  readonly options: FileOptions
  readonly span: SourceSpan | undefined
  readonly signal: AbortSignal
  /** Told when it turns out to be whole. */
  readonly onWhole: (records: number) => void
}

export function fileUnit(file: FileToRead): LoadUnit {
  return new FileUnit(file)
}

class FileUnit implements LoadUnit {
  readonly #file: FileToRead
  #hash: string | undefined
  #records = 0
  #half: HalfWrittenError | undefined

  constructor(file: FileToRead) {
    this.#file = file
  }

  get source(): string {
    return this.#file.origin.source
  }

  async *records(): AsyncGenerator<readonly FoundRecord[]> {
    const { options } = this.#file
    const lines = splitLines(this.#bytes(), options.maxRecordBytes)
    try {
      for await (const records of readJsonl(lines, options.maxRecordBytes)) {
        this.#records += records.length
        yield records
      }
    } catch (error) {
      if (!(error instanceof HalfWrittenError)) throw error
      this.#half = error
    }
  }

  async close(): Promise<Closed> {
    const { path, origin, onWhole } = this.#file
    const state = await stateOf(path)
    const hasChanged = state?.text !== origin.state
    if (hasChanged || (this.#half === undefined && this.#hash !== origin.contentHash)) {
      return { kind: 'left', origin, diagnostic: changedFile(this.#file), isTry: false }
    }
    if (this.#half !== undefined) {
      const diagnostic = halfWritten(this.#file, this.#half.message)
      return { kind: 'left', origin, diagnostic, isTry: true }
    }
    onWhole(this.#records)
    return { kind: 'whole', origin }
  }

  /** The bytes as they are in the file, hashed once more as they go by. */
  async *#bytes(): AsyncGenerator<Buffer> {
    const { path, signal } = this.#file
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path, { highWaterMark: 262_144, signal })) {
      if (!Buffer.isBuffer(chunk)) continue
      hash.update(chunk)
      yield chunk
    }
    this.#hash = hash.digest('hex')
  }
}

export function changedFile({ origin }: Pick<FileToRead, 'origin'>): Diagnostic {
  return warningDiagnostic({
    code: 'file-changed',
    message: `expected ${origin.source} to stay as it is while it is read, found that it changed; nothing of it is loaded`,
    hint: 'write under another name, e.g. with ".tmp" behind it, and rename it when it is whole',
  })
}

function halfWritten({ origin }: FileToRead, found: string): Diagnostic {
  return warningDiagnostic({
    code: 'file-incomplete',
    message: `expected ${origin.source} to be whole, found that ${found}; nothing of it is loaded yet`,
    hint: 'write under another name, e.g. with ".tmp" behind it, and rename it when it is whole',
  })
}
