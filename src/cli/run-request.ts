/** A Request to its use case, and what comes back to the screen and an exit code. */
import type { Outcome } from '../app/surroundings.ts'
import { never } from '../core/never.ts'
import { formatDuration, plural } from './render/counts.ts'
import { completionScript } from './completion/completion-script.ts'
import {
  cleanLines,
  debugLines,
  docsLines,
  generatedLine,
  initLines,
  parsedLine,
} from './render/messages.ts'
import { type RequestRun, tellPeople, withLineEnds } from './showing/request-run.ts'
import { showErased, showExported, showPruned } from './showing/show-moved.ts'
import { showRows, showSeeds, showSimulated } from './showing/show-rows.ts'
import {
  showCompiled,
  showDiff,
  showExplained,
  showFindings,
  showFreshness,
  showPlan,
  showReport,
  showStatus,
  showVerified,
} from './showing/show-value.ts'

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
    case 'ingest':
      return finish(run, await useCases.ingest(call.options, surroundings), async () => {})
    case 'retry':
      return finish(run, await useCases.retry(call.options, surroundings), async () => {})
    case 'watch':
      return finish(run, await useCases.watch(call.options, surroundings), async () => {})
    case 'serve':
      return finish(run, await useCases.serve(call.options, surroundings), async () => {})
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
    case 'report':
      return finish(run, await useCases.report(call.options, surroundings), (value) =>
        showReport(run, value),
      )
    case 'simulate':
      return finish(run, await useCases.simulate(call.options, surroundings), (value) =>
        showSimulated(run, call, value),
      )
    case 'diff':
      return finish(run, await useCases.diff(call.options, surroundings), (value) =>
        showDiff(run, call, value),
      )
    case 'prune':
      return finish(run, await useCases.prune(call.options, surroundings), (value) =>
        showPruned(run, call, value),
      )
    case 'erase':
      return finish(run, await useCases.erase(call.options, surroundings), (value) =>
        showErased(run, call, value),
      )
    case 'export':
      return finish(run, await useCases.exportRelations(call.options, surroundings), (value) =>
        showExported(run, call, value),
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
    case 'generate':
      return finish(run, await useCases.generate(call.options, surroundings), async (value) =>
        tellPeople(run, {
          lines: [generatedLine(value)],
          json: { type: 'generated', fields: { ...value } },
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
