/** Whether a model's code may begin something that goes on by itself: then its errors may come with none of its lines. */
import type { AnyNode } from 'acorn'
import { descendants } from './syntax.ts'

const names = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'process',
  'Promise',
  'globalThis',
  'fetch',
  'WebSocket',
  'EventSource',
  'EventTarget',
  'MessageChannel',
  'BroadcastChannel',
  'Worker',
])

/** `framework`: what may be imported all the same. */
export function leavesLooseEnds(program: AnyNode, framework: string): boolean {
  for (const node of descendants(program)) {
    if (node.type === 'Identifier' && names.has(node.name)) return true
    if (node.type === 'ImportExpression') return true
    if (node.type === 'ImportDeclaration' && node.source.value !== framework) return true
  }
  return false
}
