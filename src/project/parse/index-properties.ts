/** Property files by the name of the node they describe; a node described twice is a fault. */
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { ModelProperties, PropertyFile } from '../read/properties/property-file.ts'

export interface Patch {
  readonly path: string
  readonly properties: ModelProperties
}

export type PatchKind = 'models' | 'seeds' | 'snapshots' | 'analyses' | 'singularTests'

/** All properties of one kind, by node name. */
export function indexProperties(
  files: readonly PropertyFile[],
  kind: PatchKind,
  faults: Diagnostic[],
): ReadonlyMap<string, Patch> {
  const patches = new Map<string, Patch>()
  for (const file of files) {
    for (const properties of file[kind]) {
      const first = patches.get(properties.name)
      if (first === undefined) {
        patches.set(properties.name, { path: file.path, properties })
        continue
      }
      faults.push(
        errorDiagnostic({
          code: 'duplicate-name',
          message: `expected "${properties.name}" to be described once, found a second entry`,
          span: properties.span,
          related: [{ message: 'first described here', span: first.properties.span }],
        }),
      )
    }
  }
  return patches
}
