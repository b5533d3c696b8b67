/** Where the package lies: its `schemas/` and `library/` are read from there, by the sources and by the bundle in `dist/`. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute: the nearest folder above this module that holds a package.json. */
export const packageFolder = findPackage(dirname(fileURLToPath(import.meta.url)))

function findPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const above = dirname(folder)
  if (above === folder) throw new Error('the package has no package.json')
  return findPackage(above)
}
