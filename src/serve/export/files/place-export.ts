/** Finished files to their places: a reader sees the old file or folder or the new one, whole. */
import { lstat, mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { flush } from '../../../core/system/files.ts'
import { isAtWork, ownMark } from '../../../core/system/own-mark.ts'

/** One rename: whoever has the old file open reads it to its end. */
export async function placeFile(staged: string, path: string): Promise<void> {
  await rename(staged, path)
  await flush(dirname(path))
}

/**
 * A folder cannot take the place of another in one step, so `path` is a link to one of its versions:
 *
 *   path -> .<name>.versions/<version>     one rename of a link switches
 *
 * The version before stays until the next export: who has resolved the link reads it to its end.
 */
export async function placeFolder(staged: string, path: string): Promise<void> {
  const versions = versionsOf(path)
  await mkdir(versions, { recursive: true })
  const version = `${stamp()}-${ownMark()}`
  const before = await versionNow(path)
  try {
    await rename(staged, join(versions, version))
    await flush(versions)
    await link(path, version)
  } catch (error) {
    if ((await versionNow(path)) !== version) {
      await rm(join(versions, version), { recursive: true, force: true })
    }
    throw error
  }
  await removeOld(versions, new Set([version, ...(before === undefined ? [] : [before])]))
}

async function link(path: string, version: string): Promise<void> {
  const fresh = join(versionsOf(path), `link-${ownMark()}`)
  await symlink(join(basename(versionsOf(path)), version), fresh)
  await rename(fresh, path)
  await flush(dirname(path))
}

/** The folder beside `path` that holds its versions. */
export function versionsOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.versions`)
}

/** undefined: nothing is there, or something that is no link of ours. */
async function versionNow(path: string): Promise<string | undefined> {
  const target = await readlink(path).catch(() => undefined)
  if (target === undefined || dirname(target) !== basename(versionsOf(path))) return undefined
  return basename(target)
}

/** What stands in the way of writing there; undefined: nothing. */
export async function inTheWay(path: string, isFolder: boolean): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return undefined
  if (!isFolder) return found.isDirectory() ? 'a folder' : undefined
  if ((await versionNow(path)) !== undefined) return undefined
  if (found.isSymbolicLink()) return 'a link to something that no export has made'
  return found.isDirectory() ? 'a folder that no export has made' : 'a file'
}

async function removeOld(versions: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(versions)) {
    const path = join(versions, name)
    if (kept.has(name) || (await isAtWork(path))) continue
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

function stamp(): string {
  return new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

/** Also the version that readers might still have: what it holds must go. */
export async function removeOtherVersions(path: string): Promise<void> {
  const current = await versionNow(path)
  if (current !== undefined) await removeOld(versionsOf(path), new Set([current]))
}
