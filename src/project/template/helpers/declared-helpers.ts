/** Helpers that list what the project declares in YAML besides nodes: experiments and metrics. */
import { nearestName } from '../../../core/diagnostic.ts'
import { allocations } from '../../../core/node/experiment.ts'
import { describeValue, isUnknown, later, nothing, type Value } from '../evaluate/value.ts'
import type { TemplateEnvironment } from '../template.ts'
import { fail, type HelperCall, textAt } from './helper-call.ts'

/** What they list changes without the text of a template: whoever asks whether a node changed looks at it too. */
export const declaredHelpers = ['experiments', 'metrics'] as const

/** What a helper lists, as text to compare; undefined: the name is that of no such helper. */
export function declaredText(
  name: string,
  { declared }: Pick<TemplateEnvironment, 'declared'>,
): string | undefined {
  const helper = declaredHelpers.find((each) => each === name)
  return helper === undefined ? undefined : JSON.stringify(declared?.[helper] ?? [], undefined, 2)
}

/** `(experiments)`, `(experiments "name")`, `(experiments allocation="adaptive")`. */
export function experiments(call: HelperCall): Value {
  call.host.useMacro('experiments')
  const all = call.host.environment.declared?.experiments ?? []
  const allocation = call.named.get('allocation') ?? null
  if (isUnknown(allocation)) return allocation === nothing ? nothing : later
  if (allocation !== null && !allocations.some((known) => known === allocation)) {
    return fail(call, {
      code: 'wrong-arguments',
      message: `expected "fixed" or "adaptive" as allocation for ${call.name}, found ${describeValue(allocation)}`,
    })
  }
  const kept = all.filter((each) => allocation === null || each['allocation'] === allocation)
  if (call.call.args.length === 0) return kept
  const name = textAt(call, 0)
  if (name === nothing) return nothing
  const found = kept.find((each) => each['name'] === name)
  if (found !== undefined) return found
  const names = kept.flatMap((each) => (typeof each['name'] === 'string' ? [each['name']] : []))
  const nearest = nearestName(name, names)
  return fail(
    call,
    {
      code: 'unknown-experiment',
      message: `expected the name of an experiment, found "${name}"`,
      hint:
        nearest === undefined
          ? 'declare it under "experiments:" of a properties file'
          : `did you mean "${nearest}"?`,
      isCertain: true,
    },
    0,
  )
}

export function metrics(call: HelperCall): Value {
  call.host.useMacro('metrics')
  return call.host.environment.declared?.metrics ?? []
}
