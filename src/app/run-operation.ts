/** `run-operation`: renders a macro, or a text, with the arguments of the command line and runs what it renders. */
import type { Adapter, Session } from '../core/adapter.ts'
import { adviceOf } from '../core/database/database-errors.ts'
import { type Diagnostic, errorDiagnostic, nearestName } from '../core/diagnostic.ts'
import type { Hook } from '../core/node/hook.ts'
import type { JsonObject } from '../core/json.ts'
import { failure, type Result, success } from '../core/result.ts'
import type { RunResult } from '../core/run-result.ts'
import type { Manifest } from '../project/parse/manifest.ts'
import { HookReader } from '../project/parse/hooks/hook-facts.ts'
import { resolveReferences } from '../project/parse/resolve-references.ts'
import { parseVars } from '../project/read/settings/parse-vars.ts'
import { locate } from '../project/template/segment-map.ts'
import { runResultsJson } from '../transform/artifacts/run-results-json.ts'
import { writeJson } from '../transform/artifacts/write-artifacts.ts'
import { StepError } from '../transform/execute/database-diagnostic.ts'
import { type HookStatement, renderHook } from '../transform/plan/hooks/render-hook.ts'
import { artifactMetadata } from './files/artifact-metadata.ts'
import { compileContextFor } from './compile.ts'
import { knownNames } from './ask/inline.ts'
import { type LoadedProject, loadProject } from './load-project.ts'
import { withLogFile } from './files/log-file.ts'
import { withAdapter } from './open-adapter.ts'
import type { Outcome, Surroundings } from './surroundings.ts'
import type { RunOperationOptions, RunOperationValue } from './use-cases.ts'
import { looksSecret } from '../core/settings/secrets.ts'
import { writeTarget } from './files/write-target.ts'

export async function runOperation(
  options: RunOperationOptions,
  outside: Surroundings,
): Promise<Outcome<RunOperationValue>> {
  const loaded = await loadProject(options, outside)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { manifest } = loaded.value
  const { target, targetPath, root } = manifest.project
  const emit = withLogFile(targetPath, outside)
  const surroundings = { ...outside, emit }
  const values = await parseVars(options.args, '--args')
  if (!values.ok) return { kind: 'invalid', diagnostics: values.diagnostics }
  const operation = operationOf(manifest, options, values.value)
  if (!operation.ok) return { kind: 'invalid', diagnostics: operation.diagnostics }
  const started = surroundings.now()
  const request = { loaded: loaded.value, surroundings, operation: operation.value }
  const done = await withAdapter(target, (adapter) => perform(adapter, request))
  if (!done.ok) return { kind: 'invalid', diagnostics: done.diagnostics }
  const { diagnostics, statements, adapter } = done.value
  const elapsedMs = surroundings.now().getTime() - started.getTime()
  const base = {
    uniqueId: operation.value.uniqueId,
    startedAt: started.toISOString(),
    elapsedMs,
    compiledCode: statements.join(';\n'),
  }
  const result: RunResult =
    diagnostics.length > 0
      ? { ...base, status: 'error', diagnostics }
      : { ...base, status: 'success', rows: undefined, message: 'ran' }
  for (const diagnostic of diagnostics) emit({ type: 'diagnostic', diagnostic })
  const write = () => {
    const metadata = artifactMetadata(surroundings, started, surroundings.newId())
    const flags = {
      ...surroundings.flags,
      which: 'run-operation',
      macro: operation.value.name,
      args: looksSecret(options.args ?? '') ? null : values.value,
    }
    const { dialect } = adapter
    const json = runResultsJson({
      manifest,
      dialect,
      metadata,
      results: [result],
      elapsedMs,
      compiled: new Map(),
      flags,
    })
    writeJson(targetPath, 'run_results.json', json)
  }
  const unwritten = surroundings.writesJson ? writeTarget(root, write) : undefined
  if (unwritten !== undefined) emit({ type: 'diagnostic', diagnostic: unwritten })
  const isFine = diagnostics.length === 0 && unwritten === undefined
  return {
    kind: 'done',
    exitCode: outside.signal.aborted ? 130 : isFine ? 0 : 1,
    value: { name: operation.value.name, statements: statements.length, elapsedMs, isFine },
  }
}

interface WantedOperation {
  readonly uniqueId: `operation.${string}`
  readonly name: string
  readonly hook: Hook
  readonly values: JsonObject
}

/** A call of the macro, with its arguments behind one name; or the text as it is. */
function operationOf(
  manifest: Manifest,
  { name, inline }: RunOperationOptions,
  values: JsonObject,
): Result<WantedOperation> {
  const shown = name ?? 'inline'
  const text = name === undefined ? (inline ?? '') : callOf(manifest, name, values)
  if (typeof text !== 'string') return failure([text])
  const span = { path: 'inline', line: 1, column: 1, length: text.length }
  const hook: Hook = { text, isInTransaction: true, span }
  const faults: Diagnostic[] = []
  const reader = new HookReader(manifest.environment, faults)
  const scope = { hasThis: false, names: ['args'], values: new Map([['args', values]]) }
  const facts = reader.factsOf(hook, scope)
  const names = knownNames(manifest)
  resolveReferences(facts?.references ?? [], manifest.projectName, { names, faults })
  if (faults.length > 0)
    return failure(faults.map((fault) => (name === undefined ? fault : asArguments(fault))))
  const project = manifest.project.name
  const [macro = shown] = shown.split('.').toReversed()
  return success({ uniqueId: `operation.${project}.${macro}`, name: shown, hook, values })
}

/** The call is ours: what its macro lacks is given on the command line. */
function asArguments(fault: Diagnostic): Diagnostic {
  if (fault.code !== 'wrong-arguments' || fault.span?.path !== 'inline') return fault
  const { span: _, ...rest } = fault
  const [, names] = /^write \{\{\S+ (.*)\}\}$/.exec(fault.hint ?? '') ?? []
  const hint = `arguments are given by name: --args '{name: value}'`
  return { ...rest, hint: names === undefined ? hint : `${hint}; it takes ${names}` }
}

function callOf(manifest: Manifest, name: string, values: JsonObject): string | Diagnostic {
  const { macros } = manifest.environment.library
  const [macro = '', packageName] = name.split('.').toReversed()
  const variants = macros.get(macro) ?? []
  const isThere = variants.some(
    ({ isBuiltIn }) =>
      packageName === undefined || packageName === (isBuiltIn ? 'assay' : manifest.project.name),
  )
  if (!isThere) {
    const nearest = nearestName(macro, macros.keys())
    return errorDiagnostic({
      code: 'unknown-name',
      message: `expected the name of a macro, found "${name}"`,
      hint: nearest === undefined ? 'macros are in macros/*.sql' : `did you mean "${nearest}"?`,
    })
  }
  const wrong = Object.keys(values).find((key) => !/^[A-Za-z_]\w*$/.test(key))
  if (wrong !== undefined) {
    return errorDiagnostic({
      code: 'wrong-arguments',
      message: `expected names of parameters in --args, found "${wrong}"`,
    })
  }
  const given = Object.keys(values).map((key) => ` ${key}=args.${key}`)
  return `{{${macro}${given.join('')}}}`
}

interface Performance {
  readonly loaded: LoadedProject
  readonly surroundings: Surroundings
  readonly operation: WantedOperation
}

interface Performed {
  readonly diagnostics: readonly Diagnostic[]
  /** All, also when one failed: they are rolled back together. */
  readonly statements: readonly string[]
  readonly adapter: Adapter
}

async function perform(
  adapter: Adapter,
  { loaded, surroundings, operation }: Performance,
): Promise<Performed> {
  const { signal, emit } = surroundings
  const { manifest } = loaded
  const rendered = renderHook(
    {
      ...compileContextFor(loaded, adapter.dialect, surroundings),
      own: undefined,
      packageName: manifest.project.name,
      names: new Map([['args', operation.values]]),
    },
    operation.hook,
  )
  if (!rendered.ok) return { diagnostics: rendered.diagnostics, statements: [], adapter }
  const { logs } = rendered.value
  for (const { kind, message } of logs) emit({ type: kind, message, node: undefined })
  const statements = rendered.value.statements.map(({ sql }) => sql)
  if (statements.length === 0) return { diagnostics: [], statements, adapter }
  try {
    await adapter.transaction({ signal }, async (session) => {
      for (const statement of rendered.value.statements) await send(adapter, session, statement)
    })
    return { diagnostics: [], statements, adapter }
  } catch (error) {
    if (error instanceof StepError) return { diagnostics: error.diagnostics, statements, adapter }
    const { message, hint } = adapter.explainError(error)
    return {
      diagnostics: [errorDiagnostic({ code: 'database-error', message, hint })],
      statements,
      adapter,
    }
  }
}

/** Throws a `StepError` that says where the statement was written. */
async function send(adapter: Adapter, session: Session, { sql, map }: HookStatement) {
  try {
    await session.execute(sql)
  } catch (error) {
    const fault = adapter.explainError(error)
    const place = locate(map, fault.offset ?? 0)
    throw new StepError([
      errorDiagnostic({
        code: 'database-error',
        message: fault.message,
        span: place?.span,
        hint: adviceOf(fault) ?? 'nothing of it was done: it is one transaction',
        ...(place === undefined || place.related.length === 0 ? {} : { related: place.related }),
      }),
    ])
  }
}
