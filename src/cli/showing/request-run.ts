/** A Request under way: what it runs with, and how words about it reach people or their programs. */
import type { Surroundings } from '../../app/surroundings.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { Call, Request } from '../arguments/request.ts'
import type { JsonReporter } from '../render/run/json-reporter.ts'
import type { Reporter } from '../render/run/reporter.ts'
import type { Screen } from '../screen.ts'
import type { UseCases } from '../use-cases.ts'

export interface RequestRun {
  readonly request: Request
  readonly useCases: UseCases
  readonly surroundings: Surroundings
  readonly screen: Screen
  readonly reporter: Reporter
  /** Where words for people go as JSON lines instead, under `--log-format json`. */
  readonly jsonReporter: JsonReporter | undefined
  readonly onInvalid: ((diagnostics: readonly Diagnostic[]) => void) | undefined
}

export type CallOf<Name extends Call['name']> = Extract<Call, { readonly name: Name }>

interface Told {
  readonly lines: readonly string[]
  readonly json: { readonly type: string; readonly fields: Readonly<Record<string, unknown>> }
  /** True for what `--quiet` does not silence. */
  readonly isNeeded?: boolean
}

export function tellPeople({ request, screen, jsonReporter }: RequestRun, told: Told): void {
  if ((request.isQuiet && told.isNeeded !== true) || told.lines.length === 0) return
  if (jsonReporter === undefined) screen.people.print(told.lines.join('\n'))
  else jsonReporter.say(told.json.type, told.json.fields)
}

export function* withLineEnds(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}
