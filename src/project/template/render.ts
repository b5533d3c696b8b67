/** Turns a template into SQL with a map that leads each character back to where it was written. */
import type { Diagnostic } from '../../core/diagnostic.ts'
import { createEvaluator, topFrame } from './evaluate/create-evaluator.ts'
import type { Evaluator, Host, Writer } from './evaluate/evaluation.ts'
import { createFaultList } from './evaluate/fault-list.ts'
import { runNamedCall } from './evaluate/calls/run-named-call.ts'
import { runTestCall } from './evaluate/calls/run-test-call.ts'
import { nothing } from './evaluate/value.ts'
import { createSqlWriter } from './evaluate/writers.ts'
import type {
  LogLine,
  NamedCall,
  Question,
  Rendered,
  RenderState,
  Template,
  TemplateEnvironment,
  TemplateValue,
  TestCall,
} from './template.ts'

export interface RenderInput {
  readonly environment: TemplateEnvironment
  readonly state: RenderState
  /** Known beside those of every template. */
  readonly names?: ReadonlyMap<string, TemplateValue>
}

/** The template has been checked and its facts collected without a fault. */
export function render(template: Template, input: RenderInput): Rendered {
  return renderWith(input, (evaluator, writer) => {
    const values = input.names ?? new Map<string, TemplateValue>()
    const frame = { ...topFrame(template), names: { values, outer: undefined } }
    evaluator.walk(template.ast, frame, writer)
    return []
  })
}

export function renderTestCall(call: TestCall, input: RenderInput): Rendered {
  return renderWith(input, (evaluator, writer) => runTestCall(evaluator, call, writer))
}

export function renderNamedCall(call: NamedCall, input: RenderInput): Rendered {
  return renderWith(input, (evaluator, writer) => runNamedCall(evaluator, call, writer))
}

function renderWith(
  { environment, state }: RenderInput,
  walk: (evaluator: Evaluator, writer: Writer) => readonly Diagnostic[],
): Rendered {
  const faults = createFaultList()
  const logs: LogLine[] = []
  let isStopped = false
  let asked: Question | undefined
  const host: Host = {
    environment,
    walksAllBranches: false,
    runsFunctions: true,
    isStopped: () => isStopped,
    report: (fault, frame, range) => faults.add(fault, frame, range),
    relation: (reference) => state.resolve(reference),
    dependOn: () => undefined,
    follow: (call) => state.cursorQuery(call),
    ask(question) {
      const answer = question === undefined ? undefined : state.answer?.(question)
      if (answer !== undefined || question === undefined) return answer ?? nothing
      asked ??= question
      isStopped = true
      return nothing
    },
    configure: () => undefined,
    thisRelation: () => state.this,
    isIncremental: () => state.isIncremental,
    invocationId: () => state.invocationId,
    runStartedAt: () => state.runStartedAt,
    batch: () => state.batch ?? null,
    useVar: () => undefined,
    useEnv: () => undefined,
    useMacro: () => undefined,
    log: (message, span) => logs.push({ kind: 'log', message, span }),
    print: (message, span) => logs.push({ kind: 'print', message, span }),
    stop(message, frame, range) {
      isStopped = true
      faults.add({ code: 'template-raise', message }, frame, range)
    },
  }
  const writer = createSqlWriter()
  const callFaults = walk(createEvaluator(host), writer)
  if (asked !== undefined) return { kind: 'asks', question: asked }
  const diagnostics = [...callFaults, ...faults.diagnostics]
  if (diagnostics.length > 0) return { kind: 'failed', diagnostics }
  return { kind: 'sql', ...writer.result(), logs }
}
