/** `simulate experiment --aa N`: the users of an A/B test drawn anew N times, and how often each metric is called different. */
import { type Adapter, type Row, textCell } from '../../core/adapter.ts'
import { adviceOf } from '../../core/database/database-errors.ts'
import { type Diagnostic, errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import type { Experiment } from '../../core/node/experiment.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { compileNode } from '../../transform/plan/compile-node.ts'
import { randomFrom } from '../../transform/verify/history/random.ts'
import { aaQuery, type Coefficients, prime } from '../../understand/metrics/aa-query.ts'
import { binomialBand } from '../../understand/metrics/binomial-band.ts'
import { parseInline } from '../ask/inline.ts'
import { compileContextFor } from '../compile.ts'
import { dialectOf } from '../dialect-of.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { withAdapter } from '../open-adapter.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import { raiseWarnings } from '../warnings/raise-warnings.ts'
import { confidenceLevel } from './compared-metrics.ts'
import type { SimulatedRate, SimulateOptions, SimulateValue } from './experiment-use-cases.ts'
import { declaredTest, declaredTests, unknownExperiment } from './find-experiment.ts'
import { simulatedMetrics } from './simulated-metrics.ts'

/** Of the band of what chance gives: one metric in a hundred is outside of it for nothing. */
const bandShare = 0.99

export async function simulate(
  options: SimulateOptions,
  surroundings: Surroundings,
): Promise<Outcome<SimulateValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { manifest } = loaded.value
  const found = declaredTest(manifest, options.experiment)
  if (!found.ok) return { kind: 'invalid', diagnostics: found.diagnostics }
  const experiment = found.value
  if (experiment === undefined) {
    const unknown = unknownExperiment(options.experiment, declaredTests(manifest))
    return { kind: 'invalid', diagnostics: [unknown] }
  }
  const queries = await compiledQueries(loaded.value, { experiment, options, surroundings })
  if (!queries.ok) return { kind: 'invalid', diagnostics: queries.diagnostics }
  const read = await withAdapter(manifest.project.target, (adapter) =>
    ask(adapter, { queries: queries.value, experiment, surroundings }),
  )
  if (!read.ok) return { kind: 'invalid', diagnostics: read.diagnostics }
  const level = confidenceLevel(manifest)
  const value = (rates: readonly SimulatedRate[]) => ({
    experiment: experiment.name,
    simulations: options.simulations,
    seed: options.seed,
    chance: Number((1 - level).toPrecision(6)),
    rates,
  })
  if (!read.value.ok) {
    for (const diagnostic of read.value.diagnostics) {
      surroundings.emit({ type: 'diagnostic', diagnostic })
    }
    return { kind: 'done', exitCode: surroundings.signal.aborted ? 130 : 1, value: value([]) }
  }
  const rates = read.value.value.map((row) => rateOf(row, 1 - level))
  const raised = raiseWarnings(surroundings, warnings(rates, experiment))
  for (const diagnostic of raised) surroundings.emit({ type: 'diagnostic', diagnostic })
  return { kind: 'done', exitCode: raised.length > 0 ? 1 : 0, value: value(rates) }
}

async function compiledQueries(
  loaded: LoadedProject,
  {
    experiment,
    options,
    surroundings,
  }: {
    readonly experiment: Experiment
    readonly options: SimulateOptions
    readonly surroundings: Surroundings
  },
): Promise<Result<readonly string[]>> {
  const { manifest } = loaded
  const dialect = await dialectOf(manifest.project.target)
  const context = compileContextFor(loaded, dialect, surroundings)
  const variants = experiment.value.variants
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => Number(b.is_control) - Number(a.is_control))
  const simulations = drawn(options)
  const level = confidenceLevel(manifest)
  const queries: string[] = []
  for (const { model, metrics } of simulatedMetrics(manifest, experiment.value)) {
    const text = aaQuery({
      experiment: experiment.name,
      model,
      metrics,
      variants,
      simulations,
      level,
    })
    const node = parseInline(manifest, text)
    if (!node.ok) return node
    const compiled = compileNode(context, node.value)
    if (!compiled.ok) return compiled
    queries.push(compiled.value.sql)
  }
  return success(queries)
}

function drawn({ simulations, seed }: SimulateOptions): readonly Coefficients[] {
  const random = randomFrom('simulate', seed)
  const below = () => random.below(prime)
  return Array.from({ length: simulations }, () => [below(), below(), below(), below()] as const)
}

interface Asking {
  readonly queries: readonly string[]
  readonly experiment: Experiment
  readonly surroundings: Surroundings
}

async function ask(
  adapter: Adapter,
  { queries, experiment, surroundings }: Asking,
): Promise<Result<readonly Row[]>> {
  const { signal } = surroundings
  try {
    return success(
      await adapter.readOnly({ signal }, async (session) => {
        const rows: Row[] = []
        for (const query of queries) rows.push(...(await session.query(query)))
        return rows
      }),
    )
  } catch (error) {
    const fault = adapter.explainError(error)
    const { message, missingRelation } = fault
    const { span, name } = experiment
    const hint =
      missingRelation === undefined
        ? (adviceOf(fault) ??
          'its metrics are reckoned from a model with a row for each user: columns experiment_id and user_id')
        : `the users of "${name}" are not built yet: assay build`
    return failure([errorDiagnostic({ code: 'database-error', message, span, hint })])
  }
}

function rateOf(row: Row, chance: number): SimulatedRate {
  const tries = Number(row['answered'])
  const falsePositives = Number(row['false_positives'])
  const band = binomialBand(tries, chance, bandShare)
  const share = (count: number) => (tries === 0 ? null : count / tries)
  return {
    metric: textCell(row, 'metric'),
    variant: textCell(row, 'variant'),
    answered: tries,
    falsePositives,
    rate: share(falsePositives),
    expectedLow: share(band.low),
    expectedHigh: share(band.high),
    isExpected: tries > 0 && falsePositives >= band.low && falsePositives <= band.high,
  }
}

function warnings(
  rates: readonly SimulatedRate[],
  { span, name }: Experiment,
): readonly Diagnostic[] {
  if (rates.length === 0) {
    const message = `expected users of "${name}" with outcomes, found none`
    return [warningDiagnostic({ code: 'false-positive-rate', message, span })]
  }
  return rates.flatMap((rate) => {
    if (rate.isExpected) return []
    const { metric, variant, answered, falsePositives, expectedLow, expectedHigh } = rate
    const of = `"${metric}" of "${variant}"`
    if (expectedLow === null || expectedHigh === null || answered === 0) {
      const message = `expected an answer on ${of}, found none: it has no variance, or nobody did it`
      return [warningDiagnostic({ code: 'false-positive-rate', message, span })]
    }
    const [low, high] = [expectedLow, expectedHigh].map((share) => Math.round(share * answered))
    const isOften = falsePositives / answered > expectedHigh
    return [
      warningDiagnostic({
        code: 'false-positive-rate',
        message: `expected ${of} to be called different ${low} to ${high} times of ${answered} without a difference, found ${falsePositives}`,
        span,
        hint: isOften
          ? 'its p-values promise too much on this data: few users decide it, so cap it, compare a rate instead, or wait for more users'
          : 'its p-values are careful on this data: too few users do it, or a few outweigh the others, so that effects are missed',
      }),
    ]
  })
}
