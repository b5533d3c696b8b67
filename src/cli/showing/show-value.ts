/** What a command found out, as the text or JSON that was asked for. */
import type {
  CompileValue,
  DiffValue,
  ExplainValue,
  FreshnessValue,
  LintValue,
  PlanValue,
  ReportValue,
  StatusValue,
  VerifyValue,
} from '../../app/use-cases.ts'
import { plural } from '../render/counts.ts'
import { lintedLine } from '../render/messages.ts'
import { type CallOf, type RequestRun, tellPeople, withLineEnds } from './request-run.ts'

export async function showCompiled(
  run: RequestRun,
  { output, options }: CallOf<'compile'>,
  { nodes, folder }: CompileValue,
): Promise<void> {
  // A model that is named brings its tests along: it is the one that was asked for.
  const named = nodes.filter(({ name }) => options.select.includes(name))
  const [only, ...others] = named.length === 1 ? named : nodes
  if (output === 'json') {
    const lines = nodes.map(({ name, sql, dependsOnDatabase }) =>
      JSON.stringify({ node: name, compiled: sql, depends_on_database: dependsOnDatabase }),
    )
    await run.screen.printResult(withLineEnds(lines))
  } else if (only !== undefined && others.length === 0) {
    await run.screen.printResult([`${only.sql.trimEnd()}\n`])
  }
  if (options.inline !== undefined) return
  tellPeople(run, {
    lines: [`compiled ${plural(nodes.length, 'node')} to ${folder}${asking(nodes)}`],
    json: { type: 'compiled', fields: { count: nodes.length, folder } },
  })
}

/** Named: with other rows in the database their SQL is another. */
function asking(nodes: CompileValue['nodes']): string {
  const names = nodes.filter((node) => node.dependsOnDatabase).map(({ name }) => name)
  if (names.length === 0) return ''
  const shown = names.length > 5 ? [...names.slice(0, 5), '...'] : names
  return `; the SQL of ${shown.join(', ')} depends on the database`
}

export async function showPlan(
  { screen }: RequestRun,
  { output }: CallOf<'plan'>,
  value: PlanValue,
): Promise<void> {
  const { planJson, planText } = await import('../render/data/plan.ts')
  await screen.printResult(
    output === 'json' ? planJson(value) : planText(value, screen.resultPaint),
  )
}

export async function showReport(run: RequestRun, { text, written }: ReportValue): Promise<void> {
  if (text !== '') await run.screen.printResult([text])
  if (written.length === 0) return
  tellPeople(run, {
    lines: [run.screen.people.paint('dim', `written: ${written.join(', ')}`)],
    json: { type: 'reported', fields: { written } },
  })
}

export async function showDiff(
  { screen }: RequestRun,
  { output }: CallOf<'diff'>,
  value: DiffValue,
): Promise<void> {
  if (output === 'json') {
    const { diffJson } = await import('../render/data/diff-json.ts')
    return screen.printResult(diffJson(value))
  }
  const { diffText } = await import('../render/data/diff.ts')
  const lines = diffText(value, { paint: screen.resultPaint, width: screen.resultColumns })
  await screen.printResult(withLineEnds(lines))
}

export async function showExplained(
  { screen }: RequestRun,
  { output }: CallOf<'explain'>,
  value: ExplainValue,
): Promise<void> {
  const { explainJson, explainText } = await import('../render/data/explain.ts')
  await screen.printResult(
    output === 'json' ? explainJson(value) : withLineEnds(explainText(value, screen.resultPaint)),
  )
}

export async function showStatus(
  { screen }: RequestRun,
  { output }: CallOf<'status'>,
  value: StatusValue,
): Promise<void> {
  const { statusJson, statusText } = await import('../render/data/status.ts')
  await screen.printResult(
    output === 'json' ? statusJson(value) : withLineEnds(statusText(value, screen.resultPaint)),
  )
}

export async function showFindings(
  run: RequestRun,
  { output }: CallOf<'lint'>,
  value: LintValue,
): Promise<void> {
  if (output === 'json') {
    const lines = value.findings.map(({ model, diagnostic }) =>
      JSON.stringify({ model, ...diagnostic }),
    )
    return run.screen.printResult(withLineEnds(lines))
  }
  run.reporter.invalid(value.findings.map(({ diagnostic }) => diagnostic))
  const { findings, models } = value
  tellPeople(run, {
    lines: [lintedLine(value)],
    json: { type: 'linted', fields: { models, findings: findings.length } },
  })
}

export async function showVerified(
  { screen, request }: RequestRun,
  { output }: CallOf<'verify'>,
  value: VerifyValue,
): Promise<void> {
  const { verifyJson, verifyText } = await import('../render/data/verify.ts')
  const page = { paint: screen.resultPaint, isQuiet: request.isQuiet }
  await screen.printResult(output === 'json' ? verifyJson(value) : verifyText(value, page))
}

export async function showFreshness(run: RequestRun, value: FreshnessValue): Promise<void> {
  const { freshnessJson, freshnessLines } = await import('../render/data/freshness.ts')
  if (run.jsonReporter !== undefined) {
    for (const result of value.results) run.jsonReporter.say('freshness', freshnessJson(result))
    return
  }
  const { paint, print } = run.screen.people
  const isQuiet = run.request.isQuiet
  for (const line of freshnessLines(value, { paint, isQuiet })) print(line)
}
