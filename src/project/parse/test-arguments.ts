/** The arguments of a generic test: which of its strings name a node (`ref('x')`, `source('a', 'b')`, `to: x`). */
import type { SourceSpan } from '../../core/diagnostic.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { Reference } from '../template/template.ts'

/** Arguments that always name a relation, so a bare name will do. */
const relationArguments = new Set(['to', 'compare_model'])

/** The reference an argument stands for; undefined when it is a plain value. */
export function argumentReference(
  name: string,
  value: Json,
  span: SourceSpan,
): Reference | undefined {
  if (typeof value !== 'string') return undefined
  const ref = /^\s*ref\(\s*(['"])([^'"]+)\1\s*\)\s*$/.exec(value)
  if (ref !== null) return { kind: 'ref', name: ref[2] ?? '', span }
  const source = /^\s*source\(\s*(['"])([^'"]+)\1\s*,\s*(['"])([^'"]+)\3\s*\)\s*$/.exec(value)
  if (source !== null) {
    return { kind: 'source', sourceName: source[2] ?? '', tableName: source[4] ?? '', span }
  }
  return relationArguments.has(name) ? { kind: 'ref', name: value, span } : undefined
}

export function argumentReferences(args: JsonObject, span: SourceSpan): readonly Reference[] {
  return Object.entries(args).flatMap(([name, value]) => {
    const reference = argumentReference(name, value, span)
    return reference === undefined ? [] : [reference]
  })
}
