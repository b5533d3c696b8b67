/** `query-comment` of a project, checked: what is sent along with the statements of nodes. */
import type { Hook } from '../../../core/node/hook.ts'
import { isJsonObject } from '../../../core/json.ts'
import type { QueryComment } from '../../../core/database/query-comment.ts'
import type { ConfigEntry } from '../../read/config-entry.ts'
import type { HookReader } from './hook-facts.ts'

/** undefined: nothing is sent along. */
export function draftQueryComment(
  entry: ConfigEntry | undefined,
  reader: HookReader,
): QueryComment | undefined {
  if (entry === undefined) return { template: undefined, isAppended: false }
  const { value, span } = entry
  const isAppended = isJsonObject(value) && value['append'] === true
  if (isJsonObject(value) && !('comment' in value)) return { template: undefined, isAppended }
  const text = isJsonObject(value) ? value['comment'] : value
  if (typeof text !== 'string' || text.trim() === '') return undefined
  const template: Hook = { text, isInTransaction: true, span }
  reader.factsOf(template, { hasThis: false, names: ['node'] })
  return { template, isAppended }
}
