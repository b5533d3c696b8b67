/** Errors that nobody caught, in a process that is somebody else's: ours are told where they belong, all others are left to it. */
import { codeWasLoaded, type SettledStray, settleStray } from '../core/stray-errors.ts'

/** Says whose it is, having told it where it is of its request. */
export type UncaughtListener = (error: unknown) => SettledStray['kind']

/** One for each command that runs. */
const listeners = new Set<UncaughtListener>()
let isListening = false

/** The function it gives ends that. */
export function listenForUncaught(listener: UncaughtListener): () => void {
  listeners.add(listener)
  if (!isListening) listen()
  return () => {
    listeners.delete(listener)
    // A timer that code of a project has left may err after its command: that must not end the process.
    if (listeners.size === 0 && !codeWasLoaded()) stopListening()
  }
}

function listen(): void {
  isListening = true
  process.on('uncaughtException', hearException)
  process.on('unhandledRejection', hearRejection)
}

function stopListening(): void {
  isListening = false
  process.off('uncaughtException', hearException)
  process.off('unhandledRejection', hearRejection)
}

function hearException(error: unknown): void {
  if (isSettled(error) || process.listenerCount('uncaughtException') > 1) return
  // As if nobody had listened: it ends the process and says what it was.
  stopListening()
  throwSoon(error)
}

function hearRejection(error: unknown): void {
  if (isSettled(error) || process.listenerCount('unhandledRejection') > 1) return
  if (endsAtRejections()) throwSoon(error)
}

function throwSoon(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

/** False: it is not of ours. */
function isSettled(error: unknown): boolean {
  if (listeners.size === 0) return isLate(error)
  let isOurs = false
  for (const listener of listeners) {
    const kind = listener(error)
    if (kind === 'charged' || kind === 'late') return true
    // Of which command it is nobody can tell: all of them end with it.
    if (kind === 'unknown') isOurs = true
  }
  return isOurs
}

/** No command is left that could fail for it. */
function isLate(error: unknown): boolean {
  const stray = settleStray(error, { isProcessOurs: false })
  if (stray.kind === 'late') process.emitWarning(stray.diagnostic.message, 'AssayWarning')
  return stray.kind === 'late'
}

/** Node's own rule, where nobody listens for rejections. */
function endsAtRejections(): boolean {
  const options = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  const mode = options.find((option) => option.startsWith('--unhandled-rejections='))
  return mode === undefined || mode.endsWith('=throw')
}
