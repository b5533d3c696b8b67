/** `process.exit` of a project's code is an error of that code: a build must not end with it, and say nothing. */
import { pathToFileURL } from 'node:url'
import { chargeRunning } from '../../core/stray-errors.ts'

/** Its name is that of any error, for who reads it. */
export class ExitRefused extends Error {}

/** Where nobody answers for the code: of macros, which run while templates are rendered. */
let lastRefused: ExitRefused | undefined

/** Of the code that ran since it was last asked, whether or not that has caught it. */
export function takeRefusedExit(): ExitRefused | undefined {
  const refused = lastRefused
  lastRefused = undefined
  return refused
}

/** As they stand in a stack: URLs. */
const modules = new Set<string>()
/** Enough to find the caller behind a few libraries. */
const frames = 100

/** From now on, for calls that the code in the file is part of. All others end the process as ever. */
export function refuseExits(file: string): void {
  if (modules.size === 0) {
    const exit = process.exit.bind(process)
    process.exit = (code) => {
      if (!isCalledBy(modules)) return exit(code)
      const shown = code === undefined || code === null ? '' : String(code)
      const refused = new ExitRefused(
        `process.exit(${shown}), which would end the whole run: throw an error instead`,
      )
      // Whoever catches it has meant to end all the same.
      if (!chargeRunning(refused)) lastRefused = refused
      throw refused
    }
  }
  modules.add(pathToFileURL(file).href)
}

function isCalledBy(modules: ReadonlySet<string>): boolean {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = frames
  const { stack = '' } = new Error('who calls')
  Error.stackTraceLimit = limit
  return [...modules].some((url) => stack.includes(url))
}
