/** Globs to the files of a project that match, for those who load them. */
import { lstatSync, readdir, realpath, stat } from 'node:fs'
import { relative } from 'node:path'
import { glob } from 'tinyglobby'
import { compareText } from './list-files.ts'

export interface FoundByPattern {
  /** Relative to the root, forward slashes, sorted, each once; links that lead nowhere are among them. */
  readonly files: readonly string[]
  /** What may hold files that match and cannot be looked into. */
  readonly folders: readonly UnreadableFolder[]
}

export interface UnreadableFolder {
  readonly path: string
  /** e.g. `EACCES` */
  readonly code: string
}

/** Dotfiles are left out. A folder that is not there holds nothing. */
export async function findByPattern(
  root: string,
  patterns: readonly string[],
): Promise<FoundByPattern> {
  const folders: UnreadableFolder[] = []
  const found = await glob([...patterns], {
    cwd: root,
    onlyFiles: true,
    expandDirectories: false,
    fs: {
      readdir: onError(readdir, (error, path) => {
        const code = codeOf(error)
        if (code !== 'ENOENT') folders.push({ path: slashed(relative(root, path)) || '.', code })
        return undefined
      }),
      // A link that leads nowhere is taken for a file: whoever reads it says so.
      realpath: onError(realpath, (_, path) => path),
      stat: onError(stat, (_, path) => lstatSync(path, { throwIfNoEntry: false })),
    },
  })
  return {
    files: found.map(slashed).sort(compareText),
    folders: folders.sort((one, other) => compareText(one.path, other.path)),
  }
}

/** The function of node:fs, which answers with `instead` where there is an error and something instead. */
function onError<T extends typeof readdir | typeof realpath | typeof stat>(
  call: T,
  instead: (error: Error, path: string) => unknown,
): T {
  return new Proxy(call, {
    apply: (target, self, args: readonly unknown[]) => {
      const [path] = args
      const answer = args.at(-1)
      if (typeof path !== 'string' || typeof answer !== 'function') return
      const hearing = (error: unknown, ...results: readonly unknown[]) => {
        const other = error instanceof Error ? instead(error, path) : undefined
        Reflect.apply(answer, undefined, other === undefined ? [error, ...results] : [null, other])
      }
      Reflect.apply(target, self, [...args.slice(0, -1), hearing])
    },
  })
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}
