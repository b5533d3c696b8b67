/** The arguments of a generic test: which of its strings name a node (`ref('x')`, `source('a', 'b')`, `to: x`). */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import type { Reference } from '../../template/template.ts'

/** Arguments that always name a relation, so a bare name will do. */
const relationArguments = new Set(['to', 'compare_model'])

/** `ref('m')`, `ref('package', 'm')`, and either with `v=2` or `version=2` behind it. */
const refText =
  /^\s*ref\(\s*(?:(['"])(?<package>[^'"]+)\1\s*,\s*)?(['"])(?<name>[^'"]+)\3\s*(?:,\s*v(?:ersion)?\s*=\s*(['"]?)(?<version>[\w.]+)\5\s*)?\)\s*$/

function refTo(parts: Readonly<Record<string, string>>, span: SourceSpan): Reference {
  const { package: packageName, version } = parts
  return {
    kind: 'ref',
    name: parts['name'] ?? '',
    ...(packageName === undefined ? {} : { packageName }),
    ...(version === undefined ? {} : { version }),
    span,
  }
}

/** The reference an argument stands for; undefined when it is a plain value. */
export function argumentReference(
  name: string,
  value: Json,
  span: SourceSpan,
): Reference | undefined {
  if (typeof value !== 'string') return undefined
  const ref = refText.exec(value)?.groups
  if (ref !== undefined) return refTo(ref, span)
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
