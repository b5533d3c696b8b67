/** What of a model's code gives another result each time it runs. */
import type { AnyNode } from 'acorn'
import type { ContextUse } from './find-reads.ts'
import { type FactsReader, placeOf } from './facts-reader.ts'
import type { ModelFacts } from '../module.ts'
import { descendants } from './syntax.ts'

const calls = new Set(['Date.now', 'Math.random', 'crypto.randomUUID', 'performance.now'])
const globals = new Set(['fetch', 'randomUUID'])
const members = new Set(['now', 'invocationId'])

export function findUnstable(
  reader: FactsReader,
  uses: readonly ContextUse[],
): ModelFacts['unstable'] {
  const used = uses.find(({ member }) => members.has(member))
  if (used !== undefined) {
    return { text: `context.${used.member}`, span: placeOf(reader, used.node) }
  }
  for (const node of descendants(reader.syntax.program)) {
    const text = unstableText(node)
    if (text !== undefined) return { text, span: placeOf(reader, node) }
  }
  return undefined
}

function unstableText(node: AnyNode): string | undefined {
  if (node.type === 'NewExpression') {
    const { callee } = node
    const isClock = callee.type === 'Identifier' && callee.name === 'Date'
    return isClock && node.arguments.length === 0 ? 'new Date()' : undefined
  }
  if (node.type !== 'CallExpression') return undefined
  const name = nameOf(node.callee)
  return name !== undefined && (calls.has(name) || globals.has(name)) ? `${name}()` : undefined
}

function nameOf(callee: AnyNode): string | undefined {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return undefined
  if (callee.property.type !== 'Identifier') return undefined
  return `${callee.object.name}.${callee.property.name}`
}
