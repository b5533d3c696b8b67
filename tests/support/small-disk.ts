/** A small disk of a test's own, that can be filled and given room again. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  readonly folder: string
  resize(megabytes: number): void
  /** Leaves so much free; the function gives the room back. */
  fill(leftKilobytes: number): () => void
  unmount(): void
}

/** undefined where we may not make one: it takes the rights of root. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'assay-small-disk-'))
  try {
    const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=777`, 'tmpfs', folder]
    execFileSync('mount', options, { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return undefined
  }
  return {
    folder,
    resize(to) {
      execFileSync('mount', ['-o', `remount,size=${to}m`, folder])
    },
    fill(leftKilobytes) {
      const { bsize, bavail } = statfsSync(folder)
      const path = join(folder, 'filler')
      writeFileSync(path, Buffer.alloc(Math.max(0, bsize * bavail - leftKilobytes * 1024)))
      return () => rmSync(path)
    },
    unmount() {
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
