/** Flags as data, and how a command gets them: dbt's names where dbt has them. */
import { type Command, Option } from 'commander'

export interface FlagGroup {
  readonly title: string
  /** Commander's notation of the flag, and what it does; without words it is not on the help page. */
  readonly flags: readonly (readonly [notation: string, words?: string])[]
}

export function addFlags(
  command: Command,
  groups: readonly FlagGroup[],
  { isOnHelpPage } = { isOnHelpPage: true },
): void {
  for (const { title, flags } of groups) {
    for (const [notation, words] of flags) {
      const isHidden = words === undefined || !isOnHelpPage
      if (command.options.some((option) => option.long === longName(notation))) continue
      command.addOption(new Option(notation, words).helpGroup(title).hideHelp(isHidden))
      const opposite = oppositeOf(notation)
      if (opposite !== undefined) {
        command.addOption(new Option(opposite).helpGroup(title).hideHelp())
      }
    }
  }
}

/** What was switched on by the project or a variable can be switched off: `--no-fail-fast`. */
function oppositeOf(notation: string): string | undefined {
  const long = longName(notation)
  const takesValue = /[<[]/.test(notation)
  return takesValue || long.startsWith('--no-') ? undefined : `--no-${long.slice(2)}`
}

function longName(notation: string): string {
  return /--[a-z][a-z-]*/.exec(notation)?.[0] ?? notation
}
