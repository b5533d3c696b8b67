/** A file to a unit of records: read once more after it was hashed, so that a change in between is seen. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../../core/diagnostic.ts'
import type { Closed, FoundRecord, LoaderContext, LoadUnit, Origin } from '../../loader.ts'
import { HalfWrittenError, UnreadableError } from './file-errors.ts'
import { stateOf } from './file-state.ts'
import type { FileOptions } from './options.ts'
import { listed } from '../../records/listed.ts'
import { openRecords } from './open-records.ts'

export interface FileToRead {
  /** Absolute. */
  readonly path: string
  readonly origin: Origin
  /** Of its bytes, as they were hashed before. */
  readonly packedHash: string
  readonly options: FileOptions
  readonly context: LoaderContext
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
  #missing: readonly string[] = []
  #fault: HalfWrittenError | UnreadableError | undefined

  constructor(file: FileToRead) {
    this.#file = file
  }

  get source(): string {
    return this.#file.origin.source
  }

  get contentHash(): string | undefined {
    return this.#file.origin.contentHash
  }

  async *records(): AsyncGenerator<readonly FoundRecord[]> {
    const { path, options, context } = this.#file
    const { columns, tools, signal } = context
    const bytes = () => this.#bytes()
    const onMissing = (missing: readonly string[]) => {
      this.#missing = missing
    }
    const opened = { path, options, columns, tools, signal, bytes, onMissing }
    try {
      for await (const records of openRecords(opened)) {
        this.#records += records.length
        yield records
      }
    } catch (error) {
      const isKnown = error instanceof HalfWrittenError || error instanceof UnreadableError
      if (!isKnown) throw error
      this.#fault = error
    }
  }

  async close(): Promise<Closed> {
    const { path, origin, packedHash, onWhole } = this.#file
    const state = await stateOf(path)
    const isOther = this.#hash !== undefined && this.#hash !== packedHash
    if (state?.text !== origin.state || (this.#fault === undefined && isOther)) {
      return { kind: 'left', origin, diagnostic: changedFile(this.#file), isTry: false }
    }
    if (this.#fault !== undefined) {
      const diagnostic = faultyFile(this.#file, this.#fault)
      return { kind: 'left', origin, diagnostic, isTry: true }
    }
    onWhole(this.#records)
    const diagnostics = this.#missing.length === 0 ? [] : [withoutColumns(origin, this.#missing)]
    return { kind: 'whole', origin, diagnostics }
  }

  /** The bytes as they are in the file, hashed once more as they go by. */
  async *#bytes(): AsyncGenerator<Buffer> {
    const { path, context } = this.#file
    const { signal } = context
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path, { highWaterMark: 262_144, signal })) {
      if (!Buffer.isBuffer(chunk)) continue
      hash.update(chunk)
      yield chunk
    }
    this.#hash = hash.digest('hex')
  }
}

function withoutColumns({ source }: Origin, columns: readonly string[]): Diagnostic {
  const many = columns.length > 1
  return warningDiagnostic({
    code: 'file-lacks-columns',
    message: `expected the header of ${source} to have every declared column, found none of ${listed(columns)}; ${many ? 'they are' : 'it is'} NULL in its rows`,
    hint: `declare ${many ? 'them' : 'it'} as the header has ${many ? 'them' : 'it'}, or leave the declaration where NULL is meant`,
  })
}

export function changedFile({ origin }: Pick<FileToRead, 'origin'>): Diagnostic {
  return warningDiagnostic({
    code: 'file-changed',
    message: `expected ${origin.source} to stay as it is while it is read, found that it changed; nothing of it is loaded`,
    hint: 'write under another name, e.g. with ".tmp" behind it, and rename it when it is whole',
  })
}

function faultyFile({ origin }: FileToRead, fault: HalfWrittenError | UnreadableError): Diagnostic {
  if (fault instanceof UnreadableError) {
    return errorDiagnostic({
      code: 'file-unreadable',
      message: `expected ${origin.source} to be readable, found that ${fault.message}; nothing of it is loaded`,
      hint: fault.hint,
    })
  }
  return warningDiagnostic({
    code: 'file-incomplete',
    message: `expected ${origin.source} to be whole, found that ${fault.message}; nothing of it is loaded yet`,
    hint: 'write under another name, e.g. with ".tmp" behind it, and rename it when it is whole',
  })
}
