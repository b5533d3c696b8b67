/** What an experiment rewards: one measure, or several with a weight each, and the limits that no reward outweighs. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import {
  type ExperimentValue,
  type Objective,
  objectives,
  type WeightsValue,
} from '../../../core/node/experiment.ts'
import { never } from '../../../core/never.ts'
import type { ExperimentEntry } from '../../read/properties/experiment-entry.ts'
import { numberIn, oneOf } from './entry-values.ts'

export function objectiveOf(
  entry: ExperimentEntry,
  arePrices: boolean,
  faults: Diagnostic[],
): Pick<ExperimentValue, 'objective' | 'weights' | 'limits'> {
  const usual = entry.weights === undefined ? (arePrices ? 'revenue' : 'conversion') : 'weighted'
  const objective = oneOf(objectives, entry.objective?.text) ?? usual
  checkWeights(entry, objective, faults)
  return {
    objective,
    weights: weightsOf(objective, entry),
    limits: { min_conversion_rate: numberIn(entry.limits, 'min_conversion_rate') ?? null },
  }
}

function checkWeights(entry: ExperimentEntry, objective: Objective, faults: Diagnostic[]): void {
  const { name, span, weights } = entry
  if (objective !== 'weighted') {
    if (weights === undefined) return
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected "objective: weighted" beside "weights" in the experiment "${name}", found "${objective}"`,
        span: entry.objective?.span ?? span,
      }),
    )
    return
  }
  const { conversion, revenue } = weightsOf(objective, entry)
  if (conversion !== 0 || revenue !== 0) return
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected a weight of conversion or revenue in the experiment "${name}", found none`,
      span: entry.objective?.span ?? span,
      hint: 'say what each counts for, for example: weights: { conversion: 5, revenue: 1, cost: -1 }',
    }),
  )
}

function weightsOf(objective: Objective, { weights }: ExperimentEntry): WeightsValue {
  switch (objective) {
    case 'conversion':
      return { conversion: 1, revenue: 0, cost: 0 }
    case 'revenue':
      return { conversion: 0, revenue: 1, cost: 0 }
    case 'weighted':
      return {
        conversion: numberIn(weights ?? {}, 'conversion') ?? 0,
        revenue: numberIn(weights ?? {}, 'revenue') ?? 0,
        cost: numberIn(weights ?? {}, 'cost') ?? 0,
      }
    default:
      return never(objective)
  }
}
