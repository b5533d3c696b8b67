/** The tables of commands and flags to a script that completes them in bash, zsh or fish. */
import { never } from '../../core/never.ts'
import { commonFlags } from '../arguments/flags/common-flags.ts'
import type { FlagGroup } from '../arguments/flags/flag-group.ts'
import { commandPages } from '../arguments/help/help-texts.ts'
import { type Shell, shells } from '../arguments/shells.ts'

interface Flag {
  readonly names: readonly string[]
  readonly words: string
  readonly takesValue: boolean
}

interface CompletedCommand {
  readonly names: readonly string[]
  readonly summary: string
  readonly flags: readonly Flag[]
}

export function completionScript(shell: Shell): string {
  const commands = commandPages.map(({ name, alias, summary, flags }) => ({
    names: alias === undefined ? [name] : [name, alias],
    summary,
    flags: [...flags, ...commonFlags].flatMap(shownFlags),
  }))
  switch (shell) {
    case 'bash':
      return bashScript(commands)
    case 'zsh':
      // zsh runs bash's completions as they are.
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`
    case 'fish':
      return fishScript(commands)
    default:
      return never(shell)
  }
}

function shownFlags({ flags }: FlagGroup): readonly Flag[] {
  return flags.flatMap(([notation, words]) => {
    if (words === undefined) return []
    const names = notation.match(/--?[a-z][a-z-]*/gi) ?? []
    return [{ names, words, takesValue: /[<[]/.test(notation) }]
  })
}

/** Flags whose value is the name of a node, and those whose value is a folder. */
const nodeFlags = ['-s', '--select', '-m', '--models', '--exclude'] as const
const folderFlags = ['--project-dir', '--target-path', '--state'] as const
const listNodes = 'assay ls --quiet --output name --resource-type model seed 2>/dev/null'

function bashScript(commands: readonly CompletedCommand[]): string {
  const all = commands.flatMap(({ names }) => names)
  const cases = commands.map(
    ({ names, flags }) =>
      `    ${names.join('|')}) words="${flags.flatMap(({ names: each }) => each).join(' ')}" ;;`,
  )
  return `_assay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  case "$previous" in
    ${nodeFlags.join('|')}|explain) COMPREPLY=($(compgen -W "$(${listNodes})" -- "$current")); return ;;
    ${folderFlags.join('|')}|init) COMPREPLY=($(compgen -d -- "$current")); return ;;
    completion) COMPREPLY=($(compgen -W "${shells.join(' ')}" -- "$current")); return ;;
  esac
  case "$command" in
    "") words="${all.join(' ')} help --help --version" ;;
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _assay assay
`
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const names = commands.flatMap((command) => command.names)
  const heads = commands.flatMap((command) =>
    command.names.map(
      (name) =>
        `complete -c assay -n __fish_use_subcommand -a ${name} -d ${quoted(command.summary)}`,
    ),
  )
  const flags = commands.flatMap((command) =>
    command.flags.map(({ names: each, words, takesValue }) => {
      const options = each.map((name) =>
        name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      )
      const values = valuesOf(each)
      const needs = takesValue ? ` -r${values}` : ''
      const when = quoted(`__fish_seen_subcommand_from ${command.names.join(' ')}`)
      return `complete -c assay -n ${when} ${options.join(' ')}${needs} -d ${quoted(words)}`
    }),
  )
  return `complete -c assay -f
${heads.join('\n')}
complete -c assay -n '__fish_seen_subcommand_from explain' -a '(${listNodes})'
complete -c assay -n '__fish_seen_subcommand_from completion' -a '${shells.join(' ')}'
complete -c assay -n 'not __fish_seen_subcommand_from ${names.join(' ')}' -l version -d 'print the version'
${flags.join('\n')}
`
}

function valuesOf(names: readonly string[]): string {
  if (names.some((name) => nodeFlags.some((flag) => flag === name)))
    return ` -f -a '(${listNodes})'`
  return names.some((name) => folderFlags.some((flag) => flag === name))
    ? " -f -a '(__fish_complete_directories)'"
    : ''
}
