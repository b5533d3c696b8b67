/** The entries under `experiments:` to experiments: defaults filled in, shares whole, their metrics found. */
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import {
  allocations,
  conversionTypes,
  countingTimes,
  type Experiment,
  type ExperimentValue,
  experimentUnits,
} from '../../../core/node/experiment.ts'
import type { ExperimentEntry } from '../../read/properties/experiment-entry.ts'
import type { PropertyFile } from '../../read/properties/property-file.ts'
import { type ExperimentScope, guardrailsOf, metricNamesOf } from './experiment-metrics.ts'
import { objectiveOf } from './experiment-objective.ts'
import { numberIn, oneOf } from './entry-values.ts'
import { variantsOf } from './experiment-variants.ts'

/** By name, in the order of names; a second one of a name is a fault. */
export function resolveExperiments(
  files: readonly PropertyFile[],
  scope: Pick<ExperimentScope, 'packageName' | 'faults'>,
): ReadonlyMap<string, Experiment> {
  const compared = files
    .flatMap((file) => file.metrics)
    .filter(({ experiment }) => experiment !== undefined)
  const metrics = new Map(compared.map((metric) => [metric.name, metric]))
  const found = new Map<string, Experiment>()
  for (const { path, experiments } of files) {
    for (const entry of experiments) {
      const first = found.get(entry.name)
      if (first === undefined) {
        found.set(entry.name, resolveExperiment(entry, path, { ...scope, metrics }))
        continue
      }
      scope.faults.push(
        errorDiagnostic({
          code: 'duplicate-name',
          message: `expected one experiment named "${entry.name}", found a second one`,
          span: entry.span,
          related: [{ message: 'first defined here', span: first.span }],
        }),
      )
    }
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function resolveExperiment(
  entry: ExperimentEntry,
  path: string,
  scope: ExperimentScope,
): Experiment {
  const { name, span } = entry
  checkTimes(entry, scope.faults)
  return {
    uniqueId: `experiment.${scope.packageName}.${name}`,
    name,
    packageName: scope.packageName,
    path,
    span,
    value: valueOf(entry, scope),
  }
}

function valueOf(entry: ExperimentEntry, scope: ExperimentScope): ExperimentValue {
  const allocation = oneOf(allocations, entry.allocation) ?? 'fixed'
  const isFixed = allocation === 'fixed'
  const variants = variantsOf(entry, isFixed, scope.faults)
  const arePrices = variants.every(({ price }) => price !== null)
  return {
    name: entry.name,
    label: entry.label ?? entry.name,
    description: entry.description,
    unit: oneOf(experimentUnits, entry.unit) ?? (isFixed ? 'user' : 'session'),
    allocation,
    variants,
    control: variants.find((variant) => variant.is_control)?.name ?? null,
    ...objectiveOf(entry, arePrices, scope.faults),
    conversion_type: oneOf(conversionTypes, entry.conversionType) ?? 'purchase',
    exposure_event: entry.exposureEvent ?? null,
    metrics: metricNamesOf(entry, isFixed, scope),
    guardrails: guardrailsOf(entry, scope),
    segments: entry.segments,
    context: entry.context.map(({ text }) => text),
    windows: {
      outcome_days: numberIn(entry.windows, 'outcome_days') ?? 7,
      conversion_hours: numberIn(entry.windows, 'conversion_hours') ?? 24,
      covariate_days: numberIn(entry.windows, 'covariate_days') ?? 14,
    },
    priors: {
      alpha: numberIn(entry.priors, 'alpha') ?? 1,
      beta: numberIn(entry.priors, 'beta') ?? 1,
      empirical_strength: numberIn(entry.priors, 'empirical_strength') ?? 100,
      mean: numberIn(entry.priors, 'mean') ?? null,
      kappa: numberIn(entry.priors, 'kappa') ?? 1,
      gamma_alpha: numberIn(entry.priors, 'gamma_alpha') ?? 1,
      gamma_beta: numberIn(entry.priors, 'gamma_beta') ?? null,
    },
    half_life_hours: entry.halfLifeHours ?? null,
    count_from: oneOf(countingTimes, entry.countFrom) ?? 'trial',
    holdout_share: entry.holdoutShare ?? 0,
    min_share: entry.minShare ?? 0.01,
    planned_n: entry.plannedN ?? null,
    start: timeText(entry.start?.text),
    end: timeText(entry.end?.text),
    tags: entry.tags,
    meta: entry.meta,
  }
}

function timeText(written: string | undefined): string | null {
  return written?.replace('T', ' ') ?? null
}

function checkTimes({ name, start, end }: ExperimentEntry, faults: Diagnostic[]): void {
  const isDay = [start, end].map((time) => {
    if (time === undefined || isMoment(time.text)) return true
    faults.push(invalid(time.span, `expected a day and time that there is, found "${time.text}"`))
    return false
  })
  if (start === undefined || end === undefined || isDay.includes(false)) return
  if (millisecondsOf(start.text) < millisecondsOf(end.text)) return
  const message = `expected the end of the experiment "${name}" after its start "${start.text}", found "${end.text}"`
  faults.push(invalid(end.span, message))
}

/** The 31st of February reads as a day of March: then its text is another. */
function isMoment(text: string): boolean {
  const time = millisecondsOf(text)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10))
}

function millisecondsOf(text: string): number {
  const [day = '', time = '00:00'] = text.split(/[ T]/)
  return Date.parse(`${day}T${time}Z`)
}

function invalid(span: SourceSpan, message: string): Diagnostic {
  return errorDiagnostic({ code: 'invalid-value', message, span })
}
