/** What the commands around a project take from their words and flags. */
import type { FlagValues } from '../flag-values.ts'
import { type Shell, shells } from '../shells.ts'
import { UsageError } from '../usage-error.ts'

export function initFlags(flags: FlagValues) {
  const folder = flags.word(0)
  const name = flags.text('name')
  if (name !== undefined && !/^[A-Za-z_]\w*$/.test(name)) {
    throw new UsageError(
      `expected letters, digits and underscores for --name, found "${name}"`,
      'for example: assay init shop --name shop',
    )
  }
  return {
    ...(folder === '' ? {} : { folder }),
    ...(name === undefined ? {} : { name }),
  }
}

export function readShell(word: string): Shell {
  const shell = shells.find((each) => each === word)
  if (shell !== undefined) return shell
  throw new UsageError(
    `expected one of ${shells.map((each) => `"${each}"`).join(', ')} after "assay completion", found "${word}"`,
  )
}
