/** `report experiment`: what came of an A/B test, as Markdown and as an HTML page, both written below the target folder. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.ts'
import { never } from '../../core/never.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { errorCode } from '../../core/system/error-code.ts'
import type { ExperimentData } from '../../understand/report/experiment-data.ts'
import { experimentDocument } from '../../understand/report/experiment-document.ts'
import type { ReportDocument } from '../../understand/report/report-document.ts'
import { type DrawChart, toHtml } from '../../understand/report/to-html.ts'
import { toMarkdown } from '../../understand/report/to-markdown.ts'
import { dialectOf } from '../dialect-of.ts'
import { writeTarget } from '../files/write-target.ts'
import { type LoadedProject, loadProject } from '../load-project.ts'
import { withAdapter } from '../open-adapter.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import { raiseWarnings } from '../warnings/raise-warnings.ts'
import { comparedMetrics, confidenceLevel, primaryMetric } from './compared-metrics.ts'
import type { ReportOptions, ReportValue } from './experiment-use-cases.ts'
import { declaredTest, declaredTests, unknownExperiment } from './find-experiment.ts'
import { readViews, viewNode } from './read-views.ts'

export async function report(
  options: ReportOptions,
  surroundings: Surroundings,
): Promise<Outcome<ReportValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const drawing = await loadDrawing()
  if (drawing === undefined && options.output === 'html') {
    return { kind: 'invalid', diagnostics: [errorDiagnostic(notInstalled)] }
  }
  const raised =
    drawing === undefined ? raiseWarnings(surroundings, [warningDiagnostic(notInstalled)]) : []
  if (raised.length > 0) return { kind: 'invalid', diagnostics: raised }
  const data = await readData(loaded.value, options.experiment, surroundings)
  if (!data.ok) return { kind: 'invalid', diagnostics: data.diagnostics }
  if (data.value === 'not built')
    return { kind: 'done', exitCode: 1, value: { text: '', written: [] } }
  const document = experimentDocument(data.value)
  const markdown = toMarkdown(document)
  const html = drawing === undefined ? undefined : toHtml(document, drawing)
  const files = { md: markdown, ...(html === undefined ? {} : { html }) }
  const { root, targetPath } = loaded.value.manifest.project
  const folder = join(targetPath, 'reports')
  const written = Object.entries(files).map(([ending, text]) => ({
    path: join(folder, `${fileName(options.experiment)}.${ending}`),
    text,
  }))
  const unwritten = writeTarget(root, () => {
    mkdirSync(folder, { recursive: true })
    for (const { path, text } of written) writeFileSync(path, text)
  })
  if (unwritten !== undefined) surroundings.emit({ type: 'diagnostic', diagnostic: unwritten })
  return {
    kind: 'done',
    exitCode: unwritten === undefined ? 0 : 1,
    value: {
      text: textOf(options.output, { document, data: data.value, markdown, html }),
      written: unwritten === undefined ? written.map(({ path }) => relative(root, path)) : [],
    },
  }
}

interface Made {
  readonly document: ReportDocument
  readonly data: ExperimentData
  readonly markdown: string
  readonly html: string | undefined
}

function textOf(output: ReportOptions['output'], made: Made): string {
  switch (output) {
    case 'markdown':
      return made.markdown
    case 'html':
      return made.html ?? ''
    case 'json': {
      const { id, asOf = null, rows } = made.data
      const { title, verdict } = made.document
      const json = {
        experiment: id,
        title,
        verdict: verdict.text,
        tone: verdict.tone,
        as_of: asOf,
        ...rows,
      }
      return `${JSON.stringify(json, undefined, 2)}\n`
    }
    default:
      return never(output)
  }
}

/** An experiment's name comes from the data: it names no folder. */
function fileName(experiment: string): string {
  return experiment.replaceAll(/[^\w.-]/g, '_').replace(/^\.+/, '_')
}

async function readData(
  { manifest }: LoadedProject,
  experiment: string,
  surroundings: Surroundings,
): Promise<Result<ExperimentData | 'not built'>> {
  const found = declaredTest(manifest, experiment)
  if (!found.ok) return found
  if (viewNode(manifest, 'experiment_results') === undefined) {
    return failure([
      errorDiagnostic({
        code: 'unknown-experiment',
        message: 'expected the project to have the model "experiment_results", found none',
        hint: 'a report reads the views of docs/experiments.md',
      }),
    ])
  }
  const declared = found.value?.value
  const { target } = manifest.project
  const dialect = await dialectOf(target)
  const reading = { manifest, dialect, experiment, signal: surroundings.signal }
  const read = await withAdapter(target, (adapter) => readViews(adapter, reading))
  if (!read.ok) return read
  if (!read.value.ok) {
    for (const diagnostic of read.value.diagnostics)
      surroundings.emit({ type: 'diagnostic', diagnostic })
    return success('not built')
  }
  const { rows, known, asOf } = read.value.value
  if (declared === undefined && !known.includes(experiment)) {
    const names = [...new Set([...declaredTests(manifest), ...known])]
    return failure([unknownExperiment(experiment, names.toSorted())])
  }
  return success({
    id: experiment,
    declared,
    primaryMetric: primaryMetric(manifest, declared),
    metrics: comparedMetrics(manifest, declared),
    level: confidenceLevel(manifest),
    asOf,
    rows,
  })
}

const notInstalled = {
  code: 'charts-not-installed',
  message:
    'expected the packages that draw the charts of a report, found that some are not installed',
  hint: 'npm install @observablehq/plot linkedom; Markdown needs none of them',
} as const

/** Only pages have charts: nobody else has to install what draws them. undefined: it is not installed. */
async function loadDrawing(): Promise<DrawChart | undefined> {
  try {
    const { drawChart } = await import('../../understand/report/draw-chart.ts')
    return drawChart
  } catch (error) {
    if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error
    return undefined
  }
}
