/** A node to the comment that its statements are sent with. */
import type { Dialect } from '../../../core/dialect.ts'
import type { Node } from '../../../core/node.ts'
import type { SqlComment } from '../../../core/database/query-comment.ts'
import { type Result, success } from '../../../core/result.ts'
import type { Manifest } from '../../../project/parse/manifest.ts'
import { nodeValue } from './node-value.ts'
import { renderHook } from './render-hook.ts'

export interface CommentContext {
  readonly manifest: Manifest
  readonly dialect: Dialect
  readonly invocationId: string
  readonly runStartedAt: string
  /** Of this program. */
  readonly version: string
}

/** undefined: none is sent. */
export function nodeComment(context: CommentContext, node: Node): Result<SqlComment | undefined> {
  const { manifest, version } = context
  const comment = manifest.queryComment
  if (comment === undefined) return success(undefined)
  const { template, isAppended } = comment
  if (template === undefined) {
    const about = {
      app: 'assay',
      version,
      target_name: manifest.project.target.name,
      node_id: node.uniqueId,
    }
    return success({ text: delimited(JSON.stringify(about)), isAppended })
  }
  const rendered = renderHook(
    {
      ...context,
      standIns: new Map(),
      reads: new Map(),
      isIncremental: false,
      own: undefined,
      packageName: manifest.projectName,
      names: new Map([['node', nodeValue(node)]]),
    },
    template,
  )
  if (!rendered.ok) return rendered
  const text = rendered.value.statements.map(({ sql }) => sql).join('; ')
  return success(text === '' ? undefined : { text: delimited(text), isAppended })
}

/** What would end the comment, or begin another one in it, is pulled apart. */
function delimited(text: string): string {
  const inner = text.replaceAll('*/', '* /').replaceAll('/*', '/ *').replaceAll('\u0000', '')
  return `/* ${inner} */`
}
