/** A command's help page as data, and the lines that end every page: examples and exit codes. */
import type { FlagGroup } from '../flags/flag-group.ts'
import type { CommandName } from '../request.ts'

export interface CommandPage {
  readonly name: CommandName
  readonly alias?: string
  /** What stands behind the name, before the flags; left out: nothing. */
  readonly words?: readonly string[]
  readonly group: string
  readonly summary: string
  readonly description: string
  readonly flags: readonly FlagGroup[]
  /** Examples and exit codes. */
  readonly after: string
}

const exitCodes = {
  erase:
    'Exit codes: 0 fine, a dry run too; 1 it was begun and failed, or something is left; 2 nothing was begun; 130 interrupted.',
  export:
    'Exit codes: 0 fine; 1 it was begun and failed, what was there is as it was; 2 nothing was begun; 130 interrupted.',
  work: 'Exit codes: 0 fine; 1 a node or test failed; 2 nothing was begun; 130 interrupted.',
  operation:
    'Exit codes: 0 fine; 1 it raised or a statement failed, nothing of it was done; 2 nothing was begun: no such macro, wrong usage, no connection; 130 interrupted.',
  ingest:
    'Exit codes: 0 fine, dead letters too; 1 some of it could not be loaded; 2 nothing was begun; 130 interrupted.',
  ask: 'Exit codes: 0 fine; 1 the query failed; 2 wrong usage, an invalid project or no connection; 130 interrupted.',
  look: 'Exit codes: 0 fine; 2 wrong usage, an invalid project or no connection; 130 interrupted.',
  generate:
    'Exit codes: 0 fine; 2 nothing was begun: wrong usage, files in the way; 130 interrupted.',
  freshness:
    'Exit codes: 0 fine, warnings too; 1 a source is too old, or could not be asked; 2 nothing was begun.',
  lint: 'Exit codes: 0 nothing found; 1 something found; 2 wrong usage or an invalid project.',
  diff: 'Exit codes: 0 no difference; 1 a difference; 2 could not begin; 130 interrupted.',
  verify: 'Exit codes: 0 no difference; 1 a difference; 2 could not run; 130 interrupted.',
  serve:
    'Exit codes: 0 told to stop, and all that was under way is done; 1 some of it is not; 2 nothing was begun; 130 told twice.',
  status:
    'Exit codes: 0 fine; 1 something is failed or stale; 2 could not look: no connection, another process has the file, an invalid project.',
  debug: 'Exit codes: 0 all checks passed; 1 one failed; 2 wrong usage.',
} as const

/** The last line of each page. */
export const variables = 'Each flag has a variable: --target is ASSAY_TARGET.'

export function after(examples: readonly string[], exit: keyof typeof exitCodes): string {
  const lines = examples.map((example) => `  ${example}`).join('\n')
  return `\nExamples:\n${lines}\n\n${exitCodes[exit]}\n${variables}`
}
