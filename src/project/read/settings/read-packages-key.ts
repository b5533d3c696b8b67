/** `packages:`, `dispatch:` and `require-assay-version:` of a checked assay.yml to data. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { DispatchRule } from '../project.ts'
import {
  entryOf,
  itemsOf,
  type PlacedMap,
  type PlacedValue,
  textOf,
  textsOf,
  valueOf,
} from '../yaml/placed-value.ts'

export interface PackageEntry {
  readonly kind: 'npm' | 'local'
  /** The name of an npm package, or a folder relative to the file that names it. */
  readonly place: string
  /** Ranges that its version must all be in. */
  readonly versions: readonly string[]
  readonly span: SourceSpan
}

export interface AssayVersions {
  readonly ranges: readonly string[]
  readonly span: SourceSpan
}

/** A name alone is an npm package. */
export function readPackageEntries(file: PlacedMap): readonly PackageEntry[] {
  return itemsOf(file, 'packages').map((item) => {
    const { span } = item
    if (item.kind === 'scalar') {
      return { kind: 'npm', place: String(item.value), versions: [], span }
    }
    const local = textOf(item, 'local')
    return {
      kind: local === undefined ? 'npm' : 'local',
      place: local ?? textOf(item, 'package') ?? '',
      versions: rangesOf(item, 'version'),
      span: valueOf(item, local === undefined ? 'package' : 'local')?.span ?? span,
    }
  })
}

/** One text or a list of them. */
function rangesOf(map: PlacedValue, key: string): readonly string[] {
  const value = valueOf(map, key)
  if (value?.kind === 'scalar') return [value.text ?? String(value.value)]
  return textsOf(map, key)
}

export function readAssayVersions(file: PlacedMap): AssayVersions | undefined {
  const entry = entryOf(file, 'require-assay-version')
  if (entry === undefined) return undefined
  return { ranges: rangesOf(file, entry.key), span: entry.value.span }
}

export function readDispatch(file: PlacedMap): readonly DispatchRule[] {
  return itemsOf(file, 'dispatch').map((item) => ({
    namespace: textOf(item, 'macro_namespace') ?? '',
    searchOrder: textsOf(item, 'search_order'),
  }))
}
