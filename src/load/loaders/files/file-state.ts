/** What tells a file that changed from one that did not, and its content from another. */
import { createHash } from 'node:crypto'
import { type BigIntStats, createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { errorCode } from '../../../core/system/error-code.ts'
import { HalfWrittenError, UnreadableError } from './file-errors.ts'
import { unpacked } from './text/byte-stream.ts'

export interface FileState {
  readonly bytes: number
  readonly modifiedMs: number
  readonly inode: string
  /** undefined: the file system does not say. */
  readonly bornMs: number | undefined
  /** Size, time, inode: as long as it is the same, so is the file. */
  readonly text: string
}

/** undefined: it is gone. */
export async function stateOf(path: string): Promise<FileState | undefined> {
  try {
    return stateFrom(await stat(path, { bigint: true }))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function stateFrom({ size, mtimeNs, ino, birthtimeMs }: BigIntStats): FileState {
  return {
    bytes: Number(size),
    modifiedMs: Number(mtimeNs / 1_000_000n),
    inode: String(ino),
    bornMs: birthtimeMs > 0n ? Number(birthtimeMs) : undefined,
    text: `${size}:${mtimeNs}:${ino}`,
  }
}

export interface HashedFile {
  readonly hash: string
  readonly bytes: number
  /** Of each of its beginnings that was asked for and that it is long enough for. */
  readonly beginHashes: ReadonlySet<string>
}

export interface HashRequest {
  readonly path: string
  /** Sizes in bytes. */
  readonly begins: readonly number[]
  readonly signal: AbortSignal
}

/** Reads it once, from beginning to end. */
export async function hashFile({ path, begins, signal }: HashRequest): Promise<HashedFile> {
  return await hashChunks(createReadStream(path, { highWaterMark: 1_048_576, signal }), begins)
}

/** Of what is packed in it. undefined: its gzip data are broken or end early. */
export async function hashUnpacked(request: HashRequest): Promise<HashedFile | undefined> {
  const { path, begins, signal } = request
  const packed = createReadStream(path, { highWaterMark: 1_048_576, signal })
  try {
    return await hashChunks(unpacked(packed), begins)
  } catch (error) {
    if (error instanceof HalfWrittenError || error instanceof UnreadableError) return undefined
    throw error
  }
}

async function hashChunks(
  chunks: AsyncIterable<unknown>,
  begins: readonly number[],
): Promise<HashedFile> {
  const hash = createHash('sha256')
  let bytes = 0
  const beginHashes = new Set<string>()
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue
    for (const begin of begins) {
      const rest = begin - bytes
      if (rest <= 0 || rest > chunk.length) continue
      beginHashes.add(hash.copy().update(chunk.subarray(0, rest)).digest('hex'))
    }
    hash.update(chunk)
    bytes += chunk.length
  }
  return { hash: hash.digest('hex'), bytes, beginHashes }
}
