/** The nearest assay.yml to its `flags:`, read before the command line is; YAML is loaded only where there are some. */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { JsonObject } from '../../core/json.ts'
import type { Host } from '../host.ts'

/** What is wrong with the file is said when the project is read, so here it counts as none. */
export async function projectFlags({
  argv,
  env,
  cwd,
}: Pick<Host, 'argv' | 'env' | 'cwd'>): Promise<JsonObject> {
  const text = projectFileText(cwd, givenFolder(argv) ?? env['ASSAY_PROJECT_DIR'])
  if (text === undefined || !/^(?:flags|"flags"|'flags')\s*:/m.test(text)) return {}
  const { readProjectFlags } = await import('../../app/read-project-flags.ts')
  return await readProjectFlags(text)
}

/** Of `--project-dir folder` or `--project-dir=folder`, the last one. */
function givenFolder(argv: readonly string[]): string | undefined {
  const flag = '--project-dir'
  const found = argv.flatMap((word, index) => {
    if (word === flag) return argv[index + 1] ?? []
    return word.startsWith(`${flag}=`) ? word.slice(flag.length + 1) : []
  })
  return found.at(-1)
}

function projectFileText(cwd: string, projectDir: string | undefined): string | undefined {
  if (projectDir !== undefined && projectDir !== '') return textOf(resolve(cwd, projectDir))
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const text = textOf(folder)
    if (text !== undefined || folder === dirname(folder)) return text
  }
}

function textOf(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'assay.yml'), 'utf8')
  } catch {
    return undefined
  }
}
