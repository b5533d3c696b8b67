/** The project's metrics to those that A/B tests compare, under the names that results give them. */
import { isJsonObject, type Json } from '../../core/json.ts'
import type { ExperimentValue } from '../../core/node/experiment.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { ComparedMetric } from '../../understand/report/experiment-data.ts'

/** Those of one experiment first, in its order; a capped one stands behind its own. */
export function comparedMetrics(
  manifest: Manifest,
  declared: ExperimentValue | undefined,
): readonly ComparedMetric[] {
  const order = [
    ...(declared?.metrics ?? []),
    ...(declared?.guardrails ?? []).map(({ metric }) => metric),
  ]
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)
  return (manifest.environment.declared?.metrics ?? [])
    .toSorted((a, b) => place(textOf(a['name'])) - place(textOf(b['name'])))
    .flatMap((metric) => {
      const { experiment } = metric
      if (!isJsonObject(experiment)) return []
      const name = textOf(experiment['name'])
      const label = textOf(metric['label'])
      const better = experiment['better'] === 'lower' ? 'lower' : 'higher'
      const meta = isJsonObject(metric['meta']) ? metric['meta'] : {}
      const own = { name, label, better, meta, description: textOf(metric['description']) } as const
      if (typeof experiment['cap_quantile'] !== 'number') return [own]
      const capped = `A user counts for at most the ${experiment['cap_quantile']} quantile of all users.`
      return [
        own,
        { ...own, name: `${name}_capped`, label: `${label}, capped`, description: capped },
      ]
    })
}

/** As results call it. */
export function primaryMetric(manifest: Manifest, declared: ExperimentValue | undefined): string {
  const [first] = declared?.metrics ?? []
  const metric = (manifest.environment.declared?.metrics ?? []).find(({ name }) => name === first)
  const experiment = metric?.['experiment']
  return isJsonObject(experiment) ? textOf(experiment['name']) : 'conversion'
}

/** Of the intervals of the project's results, 0 to 1. */
export function confidenceLevel({ environment }: Manifest): number {
  const level = environment.vars['confidence_level']
  return typeof level === 'number' ? level : 0.95
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
