/** A copy of the open database, renamed into place: readers see the old file or the new one, both whole. */
import { randomBytes } from 'node:crypto'
import { chmod, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { flush, isProcessAlive, makeFolder } from '../../../core/system/files.ts'
import type { Relation } from '../../../core/relation.ts'
import type { Connection } from '../connection.ts'
import { literal } from '../connection.ts'
import { copyContents } from './copy-contents.ts'
import { copyRelations } from './copy-relations.ts'
import { reasonOf } from '../opening/open-errors.ts'

/** Anyone may read it, nobody write: that it cannot be written is how a copy is known. */
const copyMode = 0o444

/** Names of files that this process is writing. */
const underWay = new Set<string>()

/**
 * Replaces `path`; `only`: left out, by all there is. Throws, and leaves the file that was there, when something goes
 * wrong.
 */
export async function publishCopy(
  connection: Connection,
  path: string,
  only?: readonly Relation[],
): Promise<void> {
  try {
    await makeFolder(dirname(path))
    await removeLeftovers(path)
    await replace(connection, path, (alias) =>
      only === undefined ? copyContents(connection, alias) : copyRelations(connection, alias, only),
    )
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    throw new Error(reasonOf(error, text), { cause: error })
  }
}

/** Fills the attached, empty database of this name. */
type Fill = (alias: string) => Promise<void>

async function replace(connection: Connection, path: string, fill: Fill): Promise<void> {
  const folder = dirname(path)
  const name = `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.copying`
  const file = join(folder, name)
  underWay.add(name)
  try {
    await writeCopy(connection, file, fill)
    await chmod(file, copyMode)
    await flush(file)
    await rename(file, path)
    await flush(folder)
  } catch (error) {
    await removeFile(file)
    throw error
  } finally {
    underWay.delete(name)
  }
}

async function writeCopy(connection: Connection, file: string, fill: Fill): Promise<void> {
  const alias = `__assay_copy_${randomBytes(4).toString('hex')}`
  // Hidden, or models that read the catalogue would find everything twice.
  await connection.run(`attach ${literal(file)} as ${alias} (type duckdb, hidden)`)
  try {
    await fill(alias)
    await checkpoint(connection, { alias, file })
  } catch (error) {
    await connection.run(`detach ${alias}`).catch(() => undefined)
    throw error
  }
  await connection.run(`detach ${alias}`)
  if ((await sizeOf(`${file}.wal`)) !== undefined) {
    throw new Error('expected the copy in one file, found a part of it in a log beside it')
  }
}

const checkpointTries = 50

/** Whoever looks at the catalogue just then keeps an attached database from being written to its end, for a moment. */
async function checkpoint(
  connection: Connection,
  { alias, file }: { readonly alias: string; readonly file: string },
): Promise<void> {
  for (let tries = 1; tries <= checkpointTries; tries += 1) {
    await connection.run(`checkpoint ${alias}`).catch(() => undefined)
    if (((await sizeOf(`${file}.wal`)) ?? 0) === 0) return
    await delay(10)
  }
}

const leftover = /^\.(.+)\.(\d+)-[0-9a-f]{8}\.copying(?:\.wal)?$/

/** Of runs that were killed while they copied. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    const [, target, pid] = leftover.exec(name) ?? []
    if (target !== basename(path)) continue
    const isOurs = Number(pid) === process.pid
    const isInUse = isOurs ? underWay.has(name.replace(/\.wal$/, '')) : isProcessAlive(Number(pid))
    if (!isInUse) await rm(join(folder, name), { force: true })
  }
}

async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true })
  await rm(`${file}.wal`, { force: true })
}

async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined)
  return found?.size
}
