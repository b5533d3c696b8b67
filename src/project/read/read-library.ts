/** The macro files that ship with the framework, from the package's `library/` folder. */
import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from './files/package-folder.ts'
import type { SourceFile } from './project.ts'

/** Paths start with `library/`, which no project's file does in messages. */
export function readLibrary(): readonly SourceFile[] {
  const folder = join(packageFolder, 'library', 'macros')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      const checksum = hash('sha256', text)
      return { path: `library/macros/${name}`, pathInKind: name, text, checksum }
    })
}
