/** A compiled module in the target folder, under a name that its content decides. */
import { hash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ModuleText {
  readonly name: string
  readonly text: string
  /** Its source map. */
  readonly map: string
}

/** Gives the absolute path. Readers see all of a file or none; one that is there already is the same. */
export function writeModule(folder: string, { name, text, map }: ModuleText): string {
  const content = `${text.trimEnd()}\n`
  const file = join(folder, `${name}-${hash('sha256', content + map).slice(0, 20)}.mjs`)
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  const temporary = mkdtempSync(join(folder, 'saving-'))
  try {
    writeFileSync(join(temporary, 'map'), map)
    renameSync(join(temporary, 'map'), `${file}.map`)
    writeFileSync(join(temporary, 'text'), content)
    renameSync(join(temporary, 'text'), file)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  return file
}
