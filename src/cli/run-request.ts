/** A Request to its use case, and what comes back to the screen and an exit code. */
import type { Outcome, Surroundings } from '../app/surroundings.ts'
import type {
  BuildValue,
  CompileValue,
  DiffValue,
  ExplainValue,
  FreshnessValue,
  LintValue,
  PlanValue,
  ShowValue,
  StatusValue,
  VerifyValue,
} from '../app/use-cases.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { never } from '../core/never.ts'
import { formatDuration, plural } from './render/counts.ts'
import { completionScript } from './completion/completion-script.ts'
import {
  cleanLines,
  debugLines,
  docsLines,
  initLines,
  lintedLine,
  parsedLine,
} from './render/messages.ts'
import type { JsonReporter } from './render/run/json-reporter.ts'
import type { Reporter } from './render/run/reporter.ts'
import type { Call, Request } from './arguments/request.ts'
import type { Screen } from './screen.ts'
import type { UseCases } from './use-cases.ts'

interface RequestRun {
  readonly request: Request
  readonly useCases: UseCases
  readonly surroundings: Surroundings
  readonly screen: Screen
  readonly reporter: Reporter
  /** Where words for people go as JSON lines instead, under `--log-format json`. */
  readonly jsonReporter: JsonReporter | undefined
  readonly onInvalid: ((diagnostics: readonly Diagnostic[]) => void) | undefined
}

export async function runRequest(run: RequestRun): Promise<number> {
  const { call } = run.request
  const { useCases, surroundings } = run
  switch (call.name) {
    case 'build':
    case 'run':
    case 'test':
    case 'snapshot':
      return finish(run, await useCases.build(call.options, surroundings), async () => {})
    case 'seed':
      return finish(run, await useCases.build(call.options, surroundings), (value) =>
        showSeeds(run, call, value),
      )
    case 'clone':
      return finish(run, await useCases.clone(call.options, surroundings), async () => {})
    case 'retry':
      return finish(run, await useCases.retry(call.options, surroundings), async () => {})
    case 'watch':
      return finish(run, await useCases.watch(call.options, surroundings), async () => {})
    case 'compile':
      return finish(run, await useCases.compile(call.options, surroundings), (value) =>
        showCompiled(run, call, value),
      )
    case 'plan':
      return finish(run, await useCases.plan(call.options, surroundings), (value) =>
        showPlan(run, call, value),
      )
    case 'ls':
      return finish(run, await useCases.list(call.options, surroundings), ({ lines }) =>
        run.screen.printResult(withLineEnds(lines)),
      )
    case 'show':
      return finish(
        run,
        await useCases.show(call.options, surroundings),
        async (value, exitCode) => {
          // A query that failed has said so; an empty table would look like an answer.
          if (exitCode === 0) await showRows(run, call, value)
        },
      )
    case 'metric':
      return finish(
        run,
        await useCases.metric(call.options, surroundings),
        async ({ name, sql, table }, exitCode) => {
          if (call.options.onlySql) await run.screen.printResult([`${sql}\n`])
          else if (exitCode === 0) await showRows(run, call, { node: name, table })
        },
      )
    case 'diff':
      return finish(run, await useCases.diff(call.options, surroundings), (value) =>
        showDiff(run, call, value),
      )
    case 'explain':
      return finish(run, await useCases.explain(call.options, surroundings), (value) =>
        showExplained(run, call, value),
      )
    case 'status':
      return finish(run, await useCases.status(call.options, surroundings), (value) =>
        showStatus(run, call, value),
      )
    case 'source':
      return finish(run, await useCases.freshness(call.options, surroundings), (value) =>
        showFreshness(run, value),
      )
    case 'docs':
      return finish(run, await useCases.generateDocs(call.options, surroundings), async (value) =>
        tellPeople(run, {
          lines: docsLines(value),
          json: {
            type: 'documented',
            fields: {
              catalogued: value.catalogued,
              missing: value.missing,
              elapsed_ms: value.elapsedMs,
            },
          },
        }),
      )
    case 'lint':
      return finish(run, await useCases.lint(call.options, surroundings), (value) =>
        showFindings(run, call, value),
      )
    case 'verify':
      return finish(run, await useCases.verify(call.options, surroundings), (value) =>
        showVerified(run, call, value),
      )
    case 'parse':
      return finish(run, await useCases.parse(call.options, surroundings), async (value) =>
        tellPeople(run, {
          lines: [parsedLine(value)],
          json: { type: 'parsed', fields: { found: value.found, elapsed_ms: value.elapsedMs } },
        }),
      )
    case 'init':
      return finish(run, await useCases.init(call.options, surroundings), async (value) =>
        tellPeople(run, {
          lines: initLines(value),
          json: { type: 'initialised', fields: { ...value } },
        }),
      )
    case 'completion':
      await run.screen.printResult([completionScript(call.shell)])
      return 0
    case 'debug':
      return finish(run, await useCases.debug(call.options, surroundings), async (value) => {
        const { isQuiet } = run.request
        const { paint } = run.screen.people
        const lines = debugLines(value, { paint, failedOnly: isQuiet })
        tellPeople(run, { lines, json: { type: 'checked', fields: { ...value } }, isNeeded: true })
      })
    case 'run-operation':
      return finish(run, await useCases.runOperation(call.options, surroundings), async (value) => {
        const { name, statements, elapsedMs, isFine } = value
        const done = isFine ? 'ran' : 'rolled back'
        tellPeople(run, {
          lines: [
            `${done} ${name}: ${plural(statements, 'statement')} in ${formatDuration(elapsedMs)}`,
          ],
          json: {
            type: 'operation',
            fields: { name, statements, elapsed_ms: elapsedMs, is_fine: isFine },
          },
        })
      })
    case 'clean':
      return finish(run, await useCases.clean(call.options, surroundings), async (value) =>
        tellPeople(run, {
          lines: cleanLines(value),
          json: { type: 'cleaned', fields: { ...value } },
        }),
      )
    default:
      return never(call)
  }
}

async function showFreshness(run: RequestRun, value: FreshnessValue): Promise<void> {
  const { freshnessJson, freshnessLines } = await import('./render/data/freshness.ts')
  if (run.jsonReporter !== undefined) {
    for (const result of value.results) run.jsonReporter.say('freshness', freshnessJson(result))
    return
  }
  const { paint, print } = run.screen.people
  const isQuiet = run.request.isQuiet
  for (const line of freshnessLines(value, { paint, isQuiet })) print(line)
}

async function finish<Value>(
  { reporter, onInvalid }: RequestRun,
  outcome: Outcome<Value>,
  show: (value: Value, exitCode: number) => Promise<void>,
): Promise<number> {
  if (outcome.kind === 'invalid') {
    onInvalid?.(outcome.diagnostics)
    reporter.invalid(outcome.diagnostics)
    return 2
  }
  // Diagnostics that came as events stand above the result.
  reporter.end()
  await show(outcome.value, outcome.exitCode)
  return outcome.exitCode
}

interface Told {
  readonly lines: readonly string[]
  readonly json: { readonly type: string; readonly fields: Readonly<Record<string, unknown>> }
  /** True for what `--quiet` does not silence. */
  readonly isNeeded?: boolean
}

function tellPeople({ request, screen, jsonReporter }: RequestRun, told: Told): void {
  if ((request.isQuiet && told.isNeeded !== true) || told.lines.length === 0) return
  if (jsonReporter === undefined) screen.people.print(told.lines.join('\n'))
  else jsonReporter.say(told.json.type, told.json.fields)
}

type CallOf<Name extends Call['name']> = Extract<Call, { readonly name: Name }>

async function showCompiled(
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

async function showPlan(
  { screen }: RequestRun,
  { output }: CallOf<'plan'>,
  value: PlanValue,
): Promise<void> {
  const { planJson, planText } = await import('./render/data/plan.ts')
  await screen.printResult(
    output === 'json' ? planJson(value) : planText(value, screen.resultPaint),
  )
}

async function showDiff(
  { screen }: RequestRun,
  { output }: CallOf<'diff'>,
  value: DiffValue,
): Promise<void> {
  if (output === 'json') {
    const { diffJson } = await import('./render/data/diff-json.ts')
    return screen.printResult(diffJson(value))
  }
  const { diffText } = await import('./render/data/diff.ts')
  const lines = diffText(value, { paint: screen.resultPaint, width: screen.resultColumns })
  await screen.printResult(withLineEnds(lines))
}

async function showExplained(
  { screen }: RequestRun,
  { output }: CallOf<'explain'>,
  value: ExplainValue,
): Promise<void> {
  const { explainJson, explainText } = await import('./render/data/explain.ts')
  await screen.printResult(
    output === 'json' ? explainJson(value) : withLineEnds(explainText(value, screen.resultPaint)),
  )
}

async function showStatus(
  { screen }: RequestRun,
  { output }: CallOf<'status'>,
  value: StatusValue,
): Promise<void> {
  const { statusJson, statusText } = await import('./render/data/status.ts')
  await screen.printResult(
    output === 'json' ? statusJson(value) : withLineEnds(statusText(value, screen.resultPaint)),
  )
}

async function showFindings(
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

async function showVerified(
  { screen, request }: RequestRun,
  { output }: CallOf<'verify'>,
  value: VerifyValue,
): Promise<void> {
  const { verifyJson, verifyText } = await import('./render/data/verify.ts')
  const page = { paint: screen.resultPaint, isQuiet: request.isQuiet }
  await screen.printResult(output === 'json' ? verifyJson(value) : verifyText(value, page))
}

/** `seed --show`: what was loaded, as a look at each table. */
async function showSeeds(
  run: RequestRun,
  { options, showsRows }: CallOf<'seed'>,
  { results }: BuildValue,
): Promise<void> {
  if (!showsRows) return
  const { screen, surroundings, useCases } = run
  const { renderTable } = await import('./render/data/table-text.ts')
  for (const { uniqueId, status } of results) {
    if (status !== 'success' || !uniqueId.startsWith('seed.')) continue
    const name = uniqueId.split('.').slice(2).join('.')
    const asked = { ...options, select: [name], limit: 10, introspect: true }
    const outcome = await useCases.show(asked, surroundings)
    if (outcome.kind === 'invalid') continue
    const paint = { paint: screen.resultPaint, width: screen.resultColumns }
    const lines = renderTable(outcome.value.table, paint)
    await screen.printResult(withLineEnds(['', name, ...lines]))
  }
}

async function showRows(
  run: RequestRun,
  { output, asNumbers, options }: CallOf<'show' | 'metric'>,
  { node, table }: ShowValue,
): Promise<void> {
  const { screen } = run
  switch (output) {
    case 'json': {
      const { tableJson } = await import('./render/data/table-json.ts')
      return screen.printResult(tableJson({ node, table, asNumbers }))
    }
    case 'csv': {
      const { tableCsv } = await import('./render/data/table-csv.ts')
      return screen.printResult(tableCsv(table))
    }
    case 'table': {
      const { renderTable } = await import('./render/data/table-text.ts')
      const options = { paint: screen.resultPaint, width: screen.resultColumns }
      await screen.printResult(withLineEnds(renderTable(table, options)))
      break
    }
    default:
      never(output)
  }
  const count = table.rows.length
  const isCut = options.limit >= 0 && count >= options.limit
  const rest = isCut ? ', --limit -1 shows all there are' : ''
  tellPeople(run, {
    lines: [screen.people.paint('dim', `${plural(count, 'row')} of ${node}${rest}`)],
    json: { type: 'shown', fields: { node, rows: count } },
  })
}

function* withLineEnds(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}
