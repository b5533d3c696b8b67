/** Files that a transaction has put in the place of others: kept when it commits, given back when it does not. */
import { existsSync, statSync } from 'node:fs'
import { copyFile, link, rename, rm } from 'node:fs/promises'

interface Placed {
  readonly path: string
  /** undefined: nothing was there. */
  readonly old: string | undefined
}

export class PlacedFiles {
  readonly #placed: Placed[] = []

  /** Whoever reads the path sees the old file or the new one, whole; a folder is away for a moment. */
  async put(fresh: string, path: string): Promise<void> {
    const old = `${path}.assay_old`
    const isPlaced = this.#placed.some((placed) => placed.path === path)
    // A run that was killed while the folder was away: what was there is what a rollback gives back.
    if (!isPlaced && !existsSync(path) && existsSync(old)) await rename(old, path)
    if (!existsSync(path)) {
      if (!isPlaced) this.#placed.push({ path, old: undefined })
      await rename(fresh, path)
      return
    }
    if (!isPlaced) {
      await rm(old, { recursive: true, force: true })
      if (statSync(path).isDirectory()) await rename(path, old)
      else await keep(path, old)
      this.#placed.push({ path, old })
    } else if (statSync(path).isDirectory()) await rm(path, { recursive: true, force: true })
    await rename(fresh, path)
  }

  /** Never throws: what is committed is right, and an old file that stays is taken away by the next run. */
  async commit(): Promise<void> {
    for (const { old } of this.#placed.splice(0)) {
      if (old !== undefined) await rm(old, { recursive: true, force: true }).catch(() => {})
    }
  }

  async rollback(): Promise<void> {
    for (const { path, old } of this.#placed.splice(0).toReversed()) {
      if (old === undefined || statSync(old).isDirectory()) {
        await rm(path, { recursive: true, force: true })
      }
      if (old !== undefined) await rename(old, path)
    }
  }
}

/** The same file under a second name; a copy where the file system has no such thing. */
async function keep(path: string, old: string): Promise<void> {
  try {
    await link(path, old)
  } catch {
    await copyFile(path, old)
  }
}
