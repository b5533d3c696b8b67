/** References to unique ids; a ref to nothing, or to a disabled node, is a fault with the nearest name. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import type { UniqueId } from '../../core/node.ts'
import type { Reference } from '../template/template.ts'
import { referencedId, sourceKey } from './manifest.ts'

export interface KnownNames {
  readonly refs: ReadonlyMap<string, UniqueId>
  readonly sources: ReadonlyMap<string, UniqueId>
  /** Names (a ref's, or a `sourceKey`) of disabled nodes, with the file they lie in. */
  readonly disabled: ReadonlyMap<string, string>
  /** The file each enabled node lies in. */
  readonly paths: ReadonlyMap<UniqueId, string>
}

/** The nodes referred to, each once, in order of first mention. */
export function resolveReferences(
  references: readonly Reference[],
  names: KnownNames,
  faults: Diagnostic[],
): readonly UniqueId[] {
  const ids = new Set<UniqueId>()
  const reported = new Set<string>()
  for (const reference of references) {
    const id = referencedId(names, reference)
    if (id !== undefined) {
      ids.add(id)
      continue
    }
    const { path, line, column } = reference.span
    const place = `${path}:${line}:${column}:${nameOf(reference)}`
    if (!reported.has(place)) faults.push(unresolved(reference, names))
    reported.add(place)
  }
  return [...ids]
}

function nameOf(reference: Reference): string {
  return reference.kind === 'ref'
    ? reference.name
    : sourceKey(reference.sourceName, reference.tableName)
}

function unresolved(reference: Reference, names: KnownNames): Diagnostic {
  const name = nameOf(reference)
  const disabledPath = names.disabled.get(name)
  if (disabledPath !== undefined) {
    return errorDiagnostic({
      code: 'disabled-ref',
      message: `expected an enabled node, found "${name}", which is disabled`,
      span: reference.span,
      hint: `enable it (${disabledPath}), or remove the reference`,
    })
  }
  const known = reference.kind === 'ref' ? names.refs : names.sources
  const nearest = nearestName(name, known.keys())
  const nearestId = nearest === undefined ? undefined : known.get(nearest)
  const path = nearestId === undefined ? undefined : names.paths.get(nearestId)
  return errorDiagnostic({
    code: 'unresolved-ref',
    message:
      reference.kind === 'ref'
        ? `expected the name of a model or seed, found "${name}"`
        : `expected a table declared under "sources:", found "${name}"`,
    span: reference.span,
    hint: hintFor(reference, names, { nearest, path }),
  })
}

function hintFor(
  reference: Reference,
  names: KnownNames,
  near: { readonly nearest: string | undefined; readonly path: string | undefined },
): string | undefined {
  if (near.nearest !== undefined) return `did you mean "${near.nearest}" (${near.path ?? ''})?`
  if (reference.kind === 'source') {
    return `declare it in sources.yml: "- name: ${reference.sourceName}" with a table "${reference.tableName}"`
  }
  const source = [...names.sources.keys()].find((key) => key.endsWith(`.${reference.name}`))
  if (source === undefined) return undefined
  const [sourceName, tableName] = source.split('.')
  return `it is a source: {{source "${sourceName ?? ''}" "${tableName ?? ''}"}}`
}
