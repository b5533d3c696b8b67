/** The hooks of a node as `plan` shows them: the statements before, in and after its transaction. */
import type { Dialect } from '../../core/dialect.ts'
import type { Hook } from '../../core/node/hook.ts'
import type { BuiltNode } from '../../core/node.ts'
import { type Result, success } from '../../core/result.ts'
import { renderHook } from '../../transform/plan/hooks/render-hook.ts'
import { compileContextFor } from '../compile.ts'
import type { LoadedProject } from '../load-project.ts'
import type { Surroundings } from '../surroundings.ts'

/** `statements`: of the node itself, without begin and commit. */
export interface HookedStatements {
  readonly node: BuiltNode
  readonly isIncremental: boolean
  readonly statements: readonly string[]
}

export function withHooks(
  loaded: LoadedProject,
  { dialect, surroundings }: { readonly dialect: Dialect; readonly surroundings: Surroundings },
  { node, isIncremental, statements }: HookedStatements,
): Result<readonly string[]> {
  const context = {
    ...compileContextFor(loaded, dialect, surroundings),
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
  const { pre, post } = node.hooks
  const inside = [...of(pre, true), ...statements, ...of(post, true)]
  const all = [...of(pre, false), 'begin', ...inside, 'commit', ...of(post, false)]
  return faults[0] ?? success(all)
}
