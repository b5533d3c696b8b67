/** Errors that nobody caught: who ran code that is not ours answers for them, or can at least tell whose fault one is. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { fileURLToPath } from 'node:url'
import type { Diagnostic } from './diagnostic.ts'

/** On whose behalf code of the project runs. */
export interface Answerable {
  /** An error of its code that nobody caught. False: it is over, and the error has to be said otherwise. */
  charge(error: unknown): boolean
  /** What is said when it is over. */
  explain(error: unknown): Diagnostic
  /** Its code is on the stack of the error. */
  recognizes(error: unknown): boolean
  /** Nothing is left to do in this process, and it has not ended. True: that ends a wait, so there is something to do again. */
  onIdle(): boolean
}

/** What code that may err where nobody waits is run with. */
export interface StrayGuard {
  /** What is begun within is answered for. */
  run<T>(work: () => T): T
  /** Given up with an error when it is at fault elsewhere, or told to: it may wait for that for ever. One at a time. */
  within<T>(step: Promise<T> | T): Promise<T>
  /** Whatever is waited for ends with this. */
  giveUp(error: unknown): void
  throwIfAny(): void
}

export type SettledStray =
  /** It is said where it belongs. */
  | { readonly kind: 'charged' }
  /** Of code of the project, and nobody can fail for it any more. */
  | { readonly kind: 'late'; readonly diagnostic: Diagnostic }
  /** A fault of our own. */
  | { readonly kind: 'unknown' }
  /** Of a program that runs commands of ours beside its own work. */
  | { readonly kind: 'foreign' }

type Explain = (error: unknown) => Diagnostic | undefined

const explainers = new Set<Explain>()
const running = new AsyncLocalStorage<Answerable>()
/** Those that are not over. */
const open = new Set<Answerable>()

export function explainsStray(explain: Explain): void {
  explainers.add(explain)
}

/** Until `stopsAnswering`. */
export function startsAnswering(who: Answerable): void {
  open.add(who)
}

export function stopsAnswering(who: Answerable): void {
  open.delete(who)
}

/** What is begun within, timers and promises too, is theirs, as long as it takes. */
export function onBehalfOf<T>(who: Answerable, work: () => T): T {
  return running.run(who, work)
}

/** True: whose code has thrown it fails with it. */
export function chargeRunning(error: unknown): boolean {
  return running.getStore()?.charge(error) ?? chargeRecognized(error)
}

function chargeRecognized(error: unknown): boolean {
  return [...open].some((who) => who.recognizes(error) && who.charge(error))
}

/** Code of a project has run in this process. */
export function codeWasLoaded(): boolean {
  return explainers.size > 0
}

/** Asked where the error came up. `isProcessOurs`: nobody else's code runs in it. */
export function settleStray(
  error: unknown,
  { isProcessOurs }: { readonly isProcessOurs: boolean },
): SettledStray {
  const owner = running.getStore()
  if (owner !== undefined) {
    if (owner.charge(error)) return { kind: 'charged' }
    return { kind: 'late', diagnostic: owner.explain(error) }
  }
  if (chargeRecognized(error)) return { kind: 'charged' }
  for (const explain of explainers) {
    const diagnostic = explain(error)
    if (diagnostic !== undefined) return { kind: 'late', diagnostic }
  }
  if (isOurs(error)) return { kind: 'unknown' }
  if (!isProcessOurs) return { kind: 'foreign' }
  // Nothing on its stack tells whose it is: better all of them fail than that the one is published.
  const isTheirs = [...open].map((who) => who.charge(error)).includes(true)
  return isTheirs ? { kind: 'charged' } : { kind: 'unknown' }
}

/** Of `dist/` where it is bundled, else of `src/`. */
const ownFolder = new URL('..', import.meta.url)

/** Thrown by it, or by a package that it called; not by what it calls of others. */
function isOurs(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  for (const line of (error.stack ?? '').split('\n')) {
    if (line.includes(ownFolder.href) || line.includes(fileURLToPath(ownFolder))) return true
    const isFrame = /^\s+at /.test(line) && /[/\\]/.test(line)
    if (isFrame && !/node:|[/\\]node_modules[/\\]/.test(line)) return false
  }
  return false
}

/** True: there is something to do again. */
export function tellIdle(): boolean {
  return [...open].map((who) => who.onIdle()).includes(true)
}
