/** Reads off a template, without rendering it, what it refers to, configures and uses: in all branches and macros called. */
import type { SourceSpan } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { ConfigEntry } from '../read/config-entry.ts'
import { createEvaluator, topFrame } from './evaluate/create-evaluator.ts'
import type { Host } from './evaluate/evaluation.ts'
import { createFaultList, type FaultList } from './evaluate/fault-list.ts'
import { runNamedCall } from './evaluate/calls/run-named-call.ts'
import { runTestCall } from './evaluate/calls/run-test-call.ts'
import { later, unplacedRelation, type Value } from './evaluate/value.ts'
import { nowhere } from './evaluate/writers.ts'
import type {
  CursorCall,
  Reference,
  Template,
  TemplateEnvironment,
  TemplateFacts,
  TestCall,
} from './template.ts'

/** The template has been checked. `names`: known beside those of every template. */
export function collectFacts(
  template: Template,
  environment: TemplateEnvironment,
  names: ReadonlyMap<string, Value> = new Map(),
): Result<TemplateFacts> {
  const { host, faults, facts } = createCollector(environment)
  const frame = { ...topFrame(template), names: { values: names, outer: undefined } }
  createEvaluator(host).walk(template.ast, frame, nowhere)
  return faults.diagnostics.length > 0 ? failure(faults.diagnostics) : success(facts())
}

/** Relations among the arguments are stand-ins: which they are does not change the facts. */
export function collectTestCall(
  call: TestCall,
  environment: TemplateEnvironment,
): Result<TemplateFacts> {
  const { host, faults, facts } = createCollector(environment)
  const callFaults = runTestCall(createEvaluator(host), call, nowhere)
  const diagnostics = [...callFaults, ...faults.diagnostics]
  return diagnostics.length > 0 ? failure(diagnostics) : success(facts())
}

/** What a macro uses that the framework calls, whatever it is given: only the run knows the values of `names`. */
export function collectNamedCall(
  call: { readonly macro: string; readonly names: readonly string[]; readonly span: SourceSpan },
  environment: TemplateEnvironment,
): Result<TemplateFacts> {
  const { host, faults, facts } = createCollector(environment)
  const values = Object.fromEntries(call.names.map((name) => [name, later] as const))
  const callFaults = runNamedCall(createEvaluator(host), { ...call, arguments: values }, nowhere)
  const diagnostics = [...callFaults, ...faults.diagnostics]
  return diagnostics.length > 0 ? failure(diagnostics) : success(facts())
}

interface Collector {
  readonly host: Host
  readonly faults: FaultList
  readonly facts: () => TemplateFacts
}

function createCollector(environment: TemplateEnvironment): Collector {
  const faults = createFaultList()
  const references = new Map<string, Reference>()
  const cursorReads = new Map<string, CursorCall>()
  const config: Record<string, ConfigEntry[]> = {}
  const varsUsed = new Set<string>()
  const envUsed = new Set<string>()
  const macrosUsed = new Set<string>()
  let isStable = true
  let dependsOnDatabase = false
  let asksIncremental = false
  const refer = (reference: Reference) => {
    references.set(keyOf(reference), reference)
  }
  const unstable = (): typeof later => {
    isStable = false
    return later
  }
  const host: Host = {
    environment,
    walksAllBranches: true,
    runsFunctions: false,
    isStopped: () => false,
    report(fault, frame, range) {
      if (fault.isCertain === true || frame.liveness !== 'dead') faults.add(fault, frame, range)
    },
    relation(reference) {
      refer(reference)
      return unplacedRelation(reference)
    },
    dependOn: refer,
    follow(call) {
      const key = call.kind === 'touched_keys' ? call.key : []
      cursorReads.set(JSON.stringify([call.kind, key, keyOf(call.reference)]), call)
      return later
    },
    ask() {
      dependsOnDatabase = true
      return later
    },
    configure(key, entry) {
      config[key] = [...(config[key] ?? []), entry]
    },
    thisRelation: () => later,
    isIncremental() {
      asksIncremental = true
      return later
    },
    invocationId: unstable,
    runStartedAt: unstable,
    batch: () => later,
    useVar: (name) => varsUsed.add(name),
    useEnv: (name) => envUsed.add(name),
    useMacro: (name) => macrosUsed.add(name),
    log: () => undefined,
    print: () => undefined,
    stop: () => undefined,
  }
  const facts = () => ({
    references: [...references.values()],
    cursorReads: [...cursorReads.values()],
    config,
    varsUsed: [...varsUsed],
    envUsed: [...envUsed],
    macrosUsed: [...macrosUsed],
    dependsOnDatabase,
    asksIncremental,
    isStable,
  })
  return { host, faults, facts }
}

/** In a macro one place may mean several nodes, so the name is part of it. */
function keyOf(reference: Reference): string {
  const { path, line, column } = reference.span
  const name =
    reference.kind === 'ref'
      ? [reference.packageName, reference.name, reference.version]
      : [reference.sourceName, reference.tableName]
  return `${reference.kind} ${name.join(' ')} ${path}:${line}:${column}`
}
