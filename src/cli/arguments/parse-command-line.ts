/** Words of a command line to a Request, or to the text of a help page. */
import { Command, type CommanderError } from 'commander'
import { nearestName } from '../../core/diagnostic.ts'
import type { JsonObject } from '../../core/json.ts'
import { commonFlags } from './flags/common-flags.ts'
import { addFlags } from './flags/flag-group.ts'
import { commandPages, programExamples } from './help/help-texts.ts'
import { FlagValues } from './flag-values.ts'
import { readRequest } from './read-request.ts'
import type { CommandName, Request } from './request.ts'
import { UsageError } from './usage-error.ts'

interface CommandLine {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** `flags:` of assay.yml; left out: none. */
  readonly flags?: JsonObject
  readonly version: string
  /** Columns of the terminal that a help page may take; undefined: 80. */
  readonly width: number | undefined
}

export type ParsedCommandLine =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'text'; readonly text: string }

/** Throws a `UsageError`. Touches neither the process nor its streams. */
export function parseCommandLine(line: CommandLine): ParsedCommandLine {
  let request: Request | undefined
  let text = ''
  const program = buildProgram(line, ({ name, values, words }) => {
    request = readRequest(
      name,
      new FlagValues({
        values,
        env: line.env,
        flags: line.flags ?? {},
        words,
      }),
    )
  })
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: (part) => {
        text += part
      },
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => line.width ?? 80,
    })
    command.exitOverride((error) => {
      if (error.exitCode !== 0) throw usageErrorOf(error, command)
      throw error
    })
  }
  checkHelpWord(line.argv, program)
  try {
    if (line.argv.length === 0) program.outputHelp()
    else program.parse([...line.argv], { from: 'user' })
  } catch (error) {
    if (!isEndOfHelp(error)) throw error
  }
  return request === undefined ? { kind: 'text', text } : { kind: 'request', request }
}

/** `assay help buidl`: commander has no sentence for it. */
function checkHelpWord([first, word]: readonly string[], program: Command): void {
  if (first !== 'help' || word === undefined || word.startsWith('-')) return
  const names = program.commands.flatMap((each) => [each.name(), ...each.aliases()])
  if (names.includes(word) || word === 'help') return
  const nearest = nearestName(word, names)
  throw new UsageError(`expected a command, found "${word}"`, hint(nearest, 'assay'))
}

type RequestHandler = (given: {
  readonly name: CommandName
  readonly values: Readonly<Record<string, unknown>>
  readonly words: readonly string[]
}) => void

function buildProgram(line: CommandLine, handle: RequestHandler): Command {
  const program = new Command('assay')
    .usage('<command> [flags]')
    .description('Assay: build, test and publish tables in one transaction, with SQL.')
    .version(`assay ${line.version}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this page, or that of a command')
    .helpCommand('help [command]', 'print the page of a command: what it does, its flags')
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.aliases()].join(', '),
    })
    .optionsGroup('Flags:')
    .commandsGroup('More:')
    .addHelpText('after', programExamples)
  addFlags(program, commonFlags, { isOnHelpPage: false })
  for (const page of commandPages) {
    const command = program
      .command(page.name)
      .summary(page.summary)
      .description(page.description)
      .usage([...(page.words ?? []), '[flags]'].join(' '))
      .helpGroup(page.group)
      .allowExcessArguments()
      .addHelpText('after', page.after)
      .action(() => {
        checkWords(command, page.words ?? [])
        handle({ name: page.name, values: givenValues(command), words: command.args })
      })
    if (page.alias !== undefined) command.alias(page.alias)
    // Making the hundreds of flags of commands that were not typed takes longer than reading those of the one that was.
    if (![page.name, page.alias].some((name) => name !== undefined && line.argv.includes(name))) {
      continue
    }
    addFlags(command, page.flags)
    addFlags(command, commonFlags)
  }
  return program
}

/** Without commander's own defaults, which would hide the variables. */
function givenValues(command: Command): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = command.optsWithGlobals()
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name]) => command.getOptionValueSourceWithGlobals(name) !== 'default',
    ),
  )
}

/** Commander ends `--help` and `--version` by an error of exit code 0. */
function isEndOfHelp(error: unknown): boolean {
  return error instanceof Error && 'exitCode' in error && error.exitCode === 0
}

/** Commander says what was wrong in English only: the name is taken out of its sentence. */
function usageErrorOf(error: CommanderError, command: Command): UsageError {
  const found = /'(.*?)'/s.exec(error.message)?.[1] ?? ''
  const title = titleOf(command)
  switch (error.code) {
    case 'commander.unknownOption': {
      const flags = command.options.flatMap((option) => [option.long ?? [], option.short ?? []])
      const nearest = nearestName(found, ['--help', ...flags.flat()])
      return new UsageError(`expected a flag of "${title}", found "${found}"`, hint(nearest, title))
    }
    case 'commander.unknownCommand': {
      const names = command.commands.flatMap((each) => [each.name(), ...each.aliases()])
      const nearest = nearestName(found, [...names, 'help'])
      return new UsageError(`expected a command, found "${found}"`, hint(nearest, title))
    }
    case 'commander.optionMissingArgument':
      return new UsageError(
        `expected a value after "${found.replace(/ <.*$/s, '')}", found nothing`,
        hint(undefined, title),
      )
    default:
      return new UsageError(error.message.replace(/^error: /, ''), hint(undefined, title))
  }
}

/** A word in brackets may be left out. */
function checkWords(command: Command, expected: readonly string[]): void {
  const { args } = command
  const title = titleOf(command)
  const surplus = args[expected.length]
  if (surplus !== undefined && expected.length === 0) throw surplusWord(surplus, command)
  const least = expected.filter((word) => !word.startsWith('[')).length
  if (args.length >= least && args.length <= expected.length) return
  const found = args.length === 0 ? 'nothing' : args.map((word) => `"${word}"`).join(', ')
  throw new UsageError(
    `expected ${expected.join(' and ')} after "${title}", found ${found}`,
    hint(undefined, title),
  )
}

function surplusWord(word: string, command: Command): UsageError {
  const takesSelect = command.options.some((option) => option.long === '--select')
  const title = titleOf(command)
  return new UsageError(
    `expected flags after "${title}", found "${word}"`,
    takesSelect ? `did you mean "${title} --select ${word}"?` : hint(undefined, title),
  )
}

function hint(nearest: string | undefined, title: string): string {
  const help = `"${title} --help" shows what there is`
  return nearest === undefined ? help : `did you mean "${nearest}"? ${help}`
}

function titleOf(command: Command): string {
  return command.parent === null ? 'assay' : `assay ${command.name()}`
}
