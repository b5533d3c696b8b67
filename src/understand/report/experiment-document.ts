/** An A/B test's declaration and rows to the report on it. */
import {
  cupedSection,
  healthSection,
  planSection,
  regressionSection,
} from './experiment-background.ts'
import type { ExperimentData } from './experiment-data.ts'
import {
  courseSection,
  guardrailSection,
  resultSection,
  segmentSection,
} from './experiment-sections.ts'
import { experimentVerdict } from './experiment-verdict.ts'
import type { ReportDocument, ReportSection } from './report-document.ts'

export function experimentDocument(data: ExperimentData): ReportDocument {
  const { id, declared, asOf } = data
  const sections: readonly (ReportSection | undefined)[] = [
    resultSection(data),
    guardrailSection(data),
    courseSection(data),
    segmentSection(data),
    cupedSection(data),
    healthSection(data),
    regressionSection(data),
    planSection(data),
  ]
  const until = asOf === undefined ? 'Of the data as it is now' : `Of the data until ${asOf} UTC`
  const label = declared?.label ?? id
  return {
    title: label === id ? id : `${label} (${id})`,
    lead: (declared?.description ?? '').trim(),
    verdict: experimentVerdict(data),
    sections: sections.flatMap((section) => section ?? []),
    footer: `${declared === undefined ? 'Of the counts as they are in the data' : until}. Every number is a cell of a view: experiment_results, experiment_guardrails, experiment_looks, experiment_health.`,
  }
}
