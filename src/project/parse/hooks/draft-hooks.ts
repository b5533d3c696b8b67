/** The layers of a node's config to its hooks, each with its own place, in dbt's order: project, YAML, file. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import {
  type Hook,
  type HookKind,
  hookKeys,
  noHooks,
  type NodeHooks,
} from '../../../core/node/hook.ts'
import { isJsonArray, isJsonObject, type Json } from '../../../core/json.ts'
import type { ConfigEntry } from '../../read/config-entry.ts'

type Layer = Readonly<Record<string, ConfigEntry>>

/** Layers low to high. */
export function draftHooks(layers: readonly Layer[], config: Layer): NodeHooks {
  const hooks: Record<HookKind, Hook[]> = { 'pre-hook': [], 'post-hook': [] }
  for (const layer of layers) {
    for (const [key, kind] of hookKeys) {
      const entry = layer[key]
      if (entry !== undefined) hooks[kind].push(...hooksOf(entry))
    }
  }
  const { 'pre-hook': hooksBefore, 'post-hook': post } = hooks
  const pre = [...hooksBefore, ...headerOf(config)]
  return pre.length === 0 && post.length === 0 ? noHooks : { pre, post, dependsOn: [] }
}

/** The last thing before the node is built. */
function headerOf(config: Layer): readonly Hook[] {
  const entry = config['sql_header']
  if (typeof entry?.value !== 'string' || entry.value.trim() === '') return []
  const { value: text, span } = entry
  return [{ text, isInTransaction: true, span, title: 'sql_header' }]
}

/** One hook or a list of hooks, as written under a key. */
export function hooksOf({ value, span, itemSpans }: ConfigEntry): readonly Hook[] {
  const items = isJsonArray(value) ? value : [value]
  return items.flatMap((item, index) => hookOf(item, itemSpans?.[index] ?? span))
}

function hookOf(item: Json, span: SourceSpan): readonly Hook[] {
  if (typeof item === 'string') return [unwrapped(item, span)]
  if (!isJsonObject(item) || typeof item['sql'] !== 'string') return []
  const isInTransaction = item['transaction'] !== false
  return [{ ...unwrapped(item['sql'], span), isInTransaction }]
}

const wrapper = /^\s*\{\{\s*(before_begin|after_commit|in_transaction)\s+(["'])([^]*)\2\s*\}\}\s*$/

/** `"{{after_commit 'vacuum ..'}}"`, as dbt allows it in YAML. */
function unwrapped(text: string, span: SourceSpan): Hook {
  const [, name, , inner] = wrapper.exec(text) ?? []
  if (name === undefined || inner === undefined) return { text, isInTransaction: true, span }
  return { text: inner, isInTransaction: name === 'in_transaction', span }
}
