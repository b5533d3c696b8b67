/** The command line: words in, rendered events and an exit code out. */
import type { JsonObject } from '../core/json.ts'
import { SecretMask } from '../core/settings/secrets.ts'
import { tellIdle } from '../core/stray-errors.ts'
import { type ParsedCommandLine, parseCommandLine } from './arguments/parse-command-line.ts'
import { UsageError } from './arguments/usage-error.ts'
import { type Host, processHost } from './host.ts'
import { projectFlags } from './arguments/project-flags.ts'
import { Output } from './output.ts'
import type { UseCases } from './use-cases.ts'

export { processHost }

/** How long a process may linger after its work before it is ended. */
const lingerMs = 1000
/** How node ends where a promise is awaited and nothing is left to do. */
const unsettledCode = 13

/** Called by bin/assay.js. */
export async function runProcess(version: string): Promise<void> {
  const host = processHost(version)
  keepOutput()
  const endWatching = refuseEarlyEnd()
  const exitCode = await main(host)
  endWatching()
  process.exitCode = exitCode
  // Everything is flushed by now. A handle that somebody forgot must not keep the shell waiting.
  setTimeout(() => host.exit(exitCode), lingerMs).unref()
}

/** What code of the project and its packages prints by itself, by `console` too, is no output of ours. */
function keepOutput(): void {
  const { stderr } = process
  Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, value: stderr })
}

/** Code that the process runs may end it, or leave it nothing to wait for. Gives what ends the watch. */
function refuseEarlyEnd(): () => void {
  let isIdle = false
  const onIdle = () => {
    isIdle = !tellIdle()
  }
  const onExit = (code: number) => {
    // Any other is an exit that was said already.
    if (code !== 0 && code !== unsettledCode) return
    process.exitCode = 1
    const [found, what] = isIdle
      ? ['a promise that nothing will ever settle', 'it']
      : ['that it was ended', 'what ends it']
    process.stderr.write(
      `error: expected the process to go on until its work is done, found ${found}\n  = hint: look for ${what} in the TypeScript of the project, or in a package that it imports\n`,
    )
  }
  process.on('beforeExit', onIdle)
  process.once('exit', onExit)
  return () => {
    process.off('beforeExit', onIdle)
    process.off('exit', onExit)
  }
}

/** Gives the exit code when all output has left. Tests hand in use cases of their own. */
export async function main(host: Host, useCases?: UseCases): Promise<number> {
  const readerIsGone = new AbortController()
  const secrets = new SecretMask(host.env)
  const mask = (text: string) => secrets.hide(text)
  const stdout = new Output(host.stdout, { onGone: () => readerIsGone.abort(), mask })
  const stderr = new Output(host.stderr, { mask })
  const exitCode = await answer({
    host,
    stdout,
    stderr,
    readerIsGone: readerIsGone.signal,
    secrets,
    useCases,
  })
  await Promise.all([stdout.flush(), stderr.flush()])
  if (stdout.failure === undefined) return exitCode
  // A full disk, say: the work may be done, but what was asked for did not arrive.
  stderr.write(`error: expected to write the output, found ${stdout.failure.message}\n`)
  await stderr.flush()
  return exitCode === 0 ? 1 : exitCode
}

interface Question {
  readonly host: Host
  readonly stdout: Output
  readonly stderr: Output
  readonly readerIsGone: AbortSignal
  readonly secrets: SecretMask
  readonly useCases: UseCases | undefined
}

async function answer(question: Question): Promise<number> {
  const { host, stdout, stderr } = question
  const parsed = parse(host, await projectFlags(host))
  if (parsed instanceof UsageError) {
    await printUsageError(parsed, host, stderr)
    return 2
  }
  if (parsed.kind === 'text') {
    stdout.write(parsed.text)
    return 0
  }
  // Loaded now: a help page needs neither.
  const { performRequest } = await import('./perform-request.ts')
  const useCases = question.useCases ?? (await import('./use-cases.ts')).useCases
  return performRequest({ ...question, request: parsed.request, useCases })
}

function parse(
  { argv, env, version, stdout }: Host,
  flags: JsonObject,
): ParsedCommandLine | UsageError {
  try {
    return parseCommandLine({ argv, env, flags, version, width: stdout.columns })
  } catch (error) {
    if (error instanceof UsageError) return error
    throw error
  }
}

async function printUsageError(error: UsageError, host: Host, stderr: Output): Promise<void> {
  const { argv, env } = host
  const { message, hint } = error
  if (/--log-format[= ]json/.test(argv.join(' ')) || env['ASSAY_LOG_FORMAT'] === 'json') {
    const timestamp = host.now().toISOString()
    stderr.write(`${JSON.stringify({ type: 'usage-error', timestamp, message, hint })}\n`)
    return
  }
  const { isColourWanted, paintWith } = await import('./render/colours.ts')
  const { usageErrorLines } = await import('./render/messages.ts')
  const flag = argv.includes('--no-color') ? false : undefined
  const paint = paintWith(isColourWanted({ isTerminal: stderr.isTerminal, env, flag }))
  stderr.write(`${usageErrorLines(error, paint)}\n`)
}
