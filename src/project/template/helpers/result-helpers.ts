/** `return` and `yield`: what a macro gives instead of its text. */
import type { Results } from '../evaluate/evaluation.ts'
import { later, nothing, type Value } from '../evaluate/value.ts'
import { argumentAt, type HelperCall } from './helper-call.ts'

/** The first one that is reached counts. One that may be reached makes the value unknown until the run. */
export function giveBack(call: HelperCall): Value {
  const { results, liveness } = call.frame
  if (results === undefined || liveness === 'dead') return nothing
  results.returned ??= liveness === 'certain' ? argumentAt(call, 0) : later
  return nothing
}

/** Adds an element to the list that the macro gives; a list of which only the run knows the length is not known. */
export function yieldItem(call: HelperCall): Value {
  const { results, liveness } = call.frame
  if (results === undefined || liveness === 'dead') return nothing
  addTo(results, liveness === 'certain' ? argumentAt(call, 0) : undefined)
  return nothing
}

function addTo(results: Results, item: Value | undefined): void {
  if (item === undefined) results.returned ??= later
  else results.yielded.push(item)
}
