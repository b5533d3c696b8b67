/** A hook's template to the statements it stands for, each led back to where it is written. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Hook } from '../../../core/node/hook.ts'
import { isInlined } from '../../../core/node.ts'
import { never } from '../../../core/never.ts'
import type { Relation } from '../../../core/relation.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { environmentOf, referencedId } from '../../../project/parse/manifest.ts'
import { hookSpan, inHook, parseHook } from '../../../project/template/hook-template.ts'
import { render } from '../../../project/template/render.ts'
import type {
  LogLine,
  Reference,
  RelationValue,
  SegmentMap,
  TemplateValue,
} from '../../../project/template/template.ts'
import { refusedQuestion } from '../compile/questions.ts'
import {
  controlsTransaction,
  type MappedStatement,
  splitStatements,
} from '../compile/split-statements.ts'
import type { CompileContext } from '../compile/compile-context.ts'

export interface HookContext extends CompileContext {
  /** What `this` is; undefined for the hooks of a run. */
  readonly own: Relation | undefined
  /** Whose names a reference means first. */
  readonly packageName: string
  /** What the template knows beside what every template knows. */
  readonly names?: ReadonlyMap<string, TemplateValue>
}

export type HookStatement = MappedStatement

export interface RenderedHook {
  /** None, when it renders to nothing. */
  readonly statements: readonly HookStatement[]
  readonly logs: readonly LogLine[]
}

export function renderHook(context: HookContext, hook: Hook): Result<RenderedHook> {
  const template = parseHook(hook)
  if (!template.ok) return template
  const { manifest, dialect, own } = context
  const faults: Diagnostic[] = []
  const valueOf = (relation: Relation): RelationValue => {
    return { kind: 'relation', text: dialect.relation(relation), relation }
  }
  const rendered = render(template.value, {
    environment: environmentOf(manifest, context.packageName),
    state: {
      this: own === undefined ? undefined : valueOf(own),
      isIncremental: context.isIncremental,
      invocationId: context.invocationId,
      runStartedAt: context.runStartedAt,
      resolve: (reference) => valueOf(relationOf(context, reference, faults)),
      cursorQuery: () => {
        throw new Error('parse let a cursor in a hook pass')
      },
    },
    ...(context.names === undefined ? {} : { names: context.names }),
  })
  switch (rendered.kind) {
    case 'failed':
      return failure(inHook(hook, [...rendered.diagnostics, ...faults]))
    case 'asks':
      return failure(inHook(hook, [refusedQuestion(rendered.question, 'a hook')]))
    case 'sql':
      break
    default:
      return never(rendered)
  }
  if (faults.length > 0) return failure(inHook(hook, faults))
  const map = rendered.map.map((segment) => ({ ...segment, ...placeOf(hook, segment) }))
  const statements = splitStatements({ sql: rendered.sql, map })
  const refused = statements.find(({ sql }) => controlsTransaction(sql))
  if (refused !== undefined) return failure([transactionControl(hook, refused.sql)])
  return success({ statements, logs: rendered.logs })
}

/** Offsets move along only where the hook's own characters are those of the file. */
function placeOf(hook: Hook, { span, isLiteral, callers }: SegmentMap[number]) {
  const moved = hookSpan(hook, span)
  return {
    span: moved,
    isLiteral: isLiteral && moved !== hook.span,
    callers: callers.map((caller) => ({ ...caller, span: hookSpan(hook, caller.span) })),
  }
}

function relationOf(
  { manifest, standIns, packageName }: HookContext,
  reference: Reference,
  faults: Diagnostic[],
): Relation {
  const id = referencedId(manifest, reference, packageName)
  const node = id === undefined ? undefined : manifest.nodes.get(id)
  if (node === undefined || !('relation' in node)) {
    throw new Error(`parse let a reference to nothing pass: ${JSON.stringify(reference)}`)
  }
  if (isInlined(node)) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected a relation of the database in a hook, found "${node.name}", which is ephemeral`,
        span: reference.span,
        hint: 'make it a view, or write its query into the hook',
      }),
    )
  }
  return standIns.get(node.uniqueId) ?? node.relation
}

function transactionControl(hook: Hook, sql: string): Diagnostic {
  return errorDiagnostic({
    code: 'transaction-control',
    message: `expected a statement that leaves the transaction alone, found "${sql.split(/\s/, 1)[0] ?? sql}"`,
    span: hook.span,
    hint: 'a statement that cannot run in a transaction: {sql: .., transaction: false}',
  })
}
