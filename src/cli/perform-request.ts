/** One request from its first event to its exit code: screen, signals, and what a crash looks like. */
import { resolve } from 'node:path'
import { ConnectionError } from '../core/database/database-errors.ts'
import { errorDiagnostic } from '../core/diagnostic.ts'
import type { EventSink } from '../core/event.ts'
import type { JsonObject } from '../core/json.ts'
import { settleStray } from '../core/stray-errors.ts'
import { looksSecret, type SecretMask } from '../core/settings/secrets.ts'
import type { Request } from './arguments/request.ts'
import type { Host } from './host.ts'
import type { Output } from './output.ts'
import { crashLines } from './render/messages.ts'
import { JsonReporter } from './render/run/json-reporter.ts'
import type { Reporter } from './render/run/reporter.ts'
import { TextReporter } from './render/run/text-reporter.ts'
import { runRequest } from './run-request.ts'
import { Screen } from './screen.ts'
import type { UseCases } from './use-cases.ts'
import { type Result, success } from '../core/result.ts'
import type { WarnPolicy } from '../core/settings/warn-policy.ts'
import { Strictness } from './strictness.ts'

interface Performance {
  readonly host: Host
  readonly request: Request
  readonly stdout: Output
  readonly stderr: Output
  readonly readerIsGone: AbortSignal
  readonly secrets: SecretMask
  readonly useCases: UseCases
}

const stoppingMessage = 'stopping: rolling back what is running (Ctrl-C again to stop at once)'
const drainingMessage = 'draining: what is under way is finished (Ctrl-C again to stop at once)'
const interruptedCode = 130

/** Does not throw: whatever happens is said and has an exit code. */
export async function performRequest(given: Performance): Promise<number> {
  const performance = { ...given, request: await withKeptWarnings(given) }
  const { host, request, useCases } = performance
  const screen = screenFor(performance)
  const jsonReporter = jsonReporterFor(performance, screen)
  const reporter = jsonReporter ?? textReporterFor(performance, screen)
  let hasBegun = false
  const teller = { performance, screen, reporter, jsonReporter, hasBegun: () => hasBegun }
  const hear: EventSink = (event) => {
    if (event.type === 'node-started') hasBegun = true
    reporter.emit(event)
  }
  const stopping = new AbortController()
  if (request.call.name === 'watch') {
    // Nobody sees what a watch would say: it has no reason to go on. A build has.
    performance.readerIsGone.addEventListener('abort', () => stopping.abort())
  }
  const endListening = host.onStopSignal(() => stop(teller, stopping))
  const policy = await policyOf(request)
  if (!policy.ok) {
    reporter.invalid(policy.diagnostics)
    endListening()
    return 2
  }
  const warnings = new Strictness(policy.value)
  const surroundings = {
    cwd: host.cwd,
    env: host.env,
    emit: warnings.over(heardBy(host, request.prints ? hear : withoutPrints(hear))),
    warnings: policy.value,
    signal: stopping.signal,
    now: host.now,
    newId: host.newId,
    random: host.random,
    version: host.version,
    flags: outputFlags(performance),
    writesJson: request.writesJson,
    secrets: performance.secrets,
  }
  let hasStrayed = false
  host.onUncaught((error) => {
    const stray = settleStray(error, { isProcessOurs: host.isProcessShared !== true })
    if (stray.kind === 'unknown') void crash(teller, error)
    if (stray.kind === 'late') {
      hasStrayed = true
      surroundings.emit({ type: 'diagnostic', diagnostic: stray.diagnostic })
    }
    return stray.kind
  })
  let exitCode: number
  try {
    exitCode = warnings.exitCode(
      await runRequest({
        request,
        useCases,
        surroundings,
        screen,
        reporter,
        jsonReporter,
        onInvalid: host.onInvalid,
      }),
    )
  } catch (error) {
    exitCode = sayFailure(teller, error, stopping.signal)
  } finally {
    endListening()
    reporter.end()
  }
  if (hasStrayed && exitCode === 0) exitCode = 1
  if (!request.isQuiet) jsonReporter?.say('finished', { exit_code: exitCode })
  return exitCode
}

/** A run that is repeated is as strict as it was, unless something else is said now. */
async function withKeptWarnings({ host, request, useCases }: Performance): Promise<Request> {
  const { call, warnErrorOptions } = request
  if (call.name !== 'retry' || warnErrorOptions !== undefined) return request
  const kept = await useCases.earlierWarnErrorOptions(call.options, host)
  return kept === undefined ? request : { ...request, warnErrorOptions: kept }
}

/** dbt's names. */
function outputFlags({ host, request, secrets }: Performance): JsonObject {
  return {
    invocation_command: secrets.hide(['assay', ...withoutValues(host.argv).map(quoted)].join(' ')),
    quiet: request.isQuiet,
    print: request.prints,
    debug: request.isDebug,
    log_format: request.logFormat,
    use_colors: request.useColours ?? null,
    warn_error_options: request.warnErrorOptions ?? null,
    write_json: request.writesJson,
  }
}

/** What users give names of their own may be anything. */
function withoutValues(argv: readonly string[]): readonly string[] {
  return argv.map((word, index) => {
    // Of `erase`: whoever it is about is to be forgotten.
    if (word.startsWith('--value=')) return '--value=*****'
    if (argv[index - 1] === '--value') return '*****'
    if (!looksSecret(word)) return word
    const isVars = /^--(vars|args)=/.exec(word)
    if (isVars !== null) return `${isVars[0]}*****`
    return /^--(vars|args)$/.test(argv[index - 1] ?? '') ? '*****' : word
  })
}

/** As it would be typed into a shell. */
function quoted(word: string): string {
  return /^[\w./:,=@+*-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

async function policyOf({ warnErrorOptions }: Request): Promise<Result<WarnPolicy | undefined>> {
  if (warnErrorOptions === undefined) return success(undefined)
  const { readWarnPolicy } = await import('../app/warnings/read-warn-policy.ts')
  return await readWarnPolicy(warnErrorOptions)
}

/** `--no-print`. */
function withoutPrints(emit: EventSink): EventSink {
  return (event) => {
    if (event.type !== 'print') emit(event)
  }
}

function heardBy({ onEvent }: Host, emit: EventSink): EventSink {
  if (onEvent === undefined) return emit
  return (event) => {
    emit(event)
    onEvent(event)
  }
}

interface Teller {
  readonly performance: Performance
  readonly screen: Screen
  readonly reporter: Reporter
  readonly jsonReporter: JsonReporter | undefined
  /** Some node was started. */
  readonly hasBegun: () => boolean
}

/** The first signal asks, the second ends. */
function stop(teller: Teller, stopping: AbortController): void {
  const { performance, screen, reporter, jsonReporter } = teller
  if (stopping.signal.aborted) {
    screen.setLive('')
    performance.host.exit(interruptedCode)
    return
  }
  // A watch that waits has nothing to roll back, and a signal is its usual end.
  if (performance.request.call.name !== 'watch' || reporter.isBusy) {
    const isServer = performance.request.call.name === 'serve'
    const message = isServer ? drainingMessage : stoppingMessage
    if (jsonReporter === undefined) screen.errors.print(message)
    else jsonReporter.say('stopping', { message })
  }
  stopping.abort()
}

/** An error that no promise of the request carries: the process cannot be trusted to go on. */
async function crash(teller: Teller, error: unknown): Promise<void> {
  const { stdout, stderr, host } = teller.performance
  sayCrash(teller, error)
  await Promise.all([stdout.flush(), stderr.flush()])
  host.exit(2)
}

function sayFailure(teller: Teller, error: unknown, signal: AbortSignal): 2 | 130 {
  if (error instanceof ConnectionError) {
    const { code, message, hint } = error
    const diagnostics = [errorDiagnostic({ code, message, hint })]
    teller.performance.host.onInvalid?.(diagnostics)
    teller.reporter.invalid(diagnostics)
    return 2
  }
  // What a cancelled query throws is no fault.
  const isCancelled = signal.aborted
  if (!isCancelled || teller.performance.request.isDebug) sayCrash(teller, error)
  else sayInterrupted(teller)
  return isCancelled ? interruptedCode : 2
}

/** Where there is no summary: the run was stopped before there was anything to sum up. */
function sayInterrupted({ performance, screen, reporter, jsonReporter, hasBegun }: Teller): void {
  const runs = ['build', 'run', 'test', 'seed', 'snapshot', 'retry']
  if (jsonReporter !== undefined || !runs.includes(performance.request.call.name)) return
  reporter.end()
  const { paint, print } = screen.people
  print(`${paint('bold', 'interrupted')}${hasBegun() ? '' : ': nothing was begun'}`)
}

function sayCrash({ performance, screen, reporter, jsonReporter }: Teller, error: unknown): void {
  const { host, request } = performance
  reporter.end()
  if (jsonReporter !== undefined) {
    const message = error instanceof Error ? error.message : String(error)
    const stack = request.isDebug && error instanceof Error ? error.stack : undefined
    jsonReporter.say('crash', { message, version: host.version, stack })
    return
  }
  const { paint, print } = screen.errors
  print(crashLines({ error, version: host.version, withStack: request.isDebug }, paint))
}

function screenFor({ host, request, stdout, stderr }: Performance): Screen {
  return new Screen({
    stdout,
    stderr,
    people: givesData(request) ? 'stderr' : 'stdout',
    env: host.env,
    useColours: request.useColours,
  })
}

/** What is asked for stands on stdout alone; words about it go to stderr. */
function givesData({ call }: Request): boolean {
  if (call.name === 'export' || call.name === 'erase' || call.name === 'prune')
    return call.output === 'json'
  return [
    'show',
    'ls',
    'compile',
    'plan',
    'diff',
    'verify',
    'explain',
    'status',
    'completion',
    'metric',
    'report',
    'simulate',
  ].includes(call.name)
}

function jsonReporterFor({ host, request }: Performance, screen: Screen): JsonReporter | undefined {
  if (request.logFormat !== 'json') return undefined
  return new JsonReporter({ print: screen.people.print, isQuiet: request.isQuiet, now: host.now })
}

function textReporterFor({ host, request }: Performance, screen: Screen): TextReporter {
  const { options } = request.call
  return new TextReporter({
    screen,
    isQuiet: request.isQuiet,
    root: resolve(host.cwd, options.projectDir ?? '.'),
    inline: 'inline' in options ? options.inline : undefined,
    now: host.now,
  })
}
