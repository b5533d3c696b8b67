/** The hooks of a node as `plan` shows them: the statements before, in and after its transaction. */
import type { Hook } from '../../core/node/hook.ts'
import type { BuiltNode } from '../../core/node.ts'
import { type Result, success } from '../../core/result.ts'
import { renderHook } from '../../transform/plan/hooks/render-hook.ts'
import { compileContextFor } from '../compile.ts'
import type { PlanRequest } from './plan-unit.ts'

/** `statements`: of the node itself, without begin and commit. */
export interface HookedStatements {
  readonly node: BuiltNode
  readonly isIncremental: boolean
  readonly statements: readonly string[]
  /** Of a microbatch model: which of its transactions this is; left out: the only one. */
  readonly batch?: { readonly title: string; readonly isFirst: boolean; readonly isLast: boolean }
}

export function withHooks(
  { loaded, adapter, surroundings }: PlanRequest,
  { node, isIncremental, statements, batch }: HookedStatements,
): Result<readonly string[]> {
  const context = {
    ...compileContextFor(loaded, adapter.dialect, surroundings),
    isIncremental,
    own: node.relation,
    packageName: node.packageName,
  }
  const faults: Result<readonly string[]>[] = []
  const of = (hooks: readonly Hook[], isInTransaction: boolean): readonly string[] =>
    hooks
      .filter((hook) => hook.isInTransaction === isInTransaction)
      .flatMap((hook) => {
        const rendered = renderHook(context, hook)
        if (rendered.ok) return rendered.value.statements.map(({ sql }) => sql)
        faults.push(rendered)
        return []
      })
  const pre = batch?.isFirst === false ? [] : node.hooks.pre
  const post = batch?.isLast === false ? [] : node.hooks.post
  const begin = batch === undefined ? 'begin' : `-- ${batch.title}\nbegin`
  const inside = [...of(pre, true), ...statements, ...of(post, true)]
  const all = [...of(pre, false), begin, ...inside, 'commit', ...of(post, false)]
  return faults[0] ?? success(all)
}
