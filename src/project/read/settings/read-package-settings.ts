/** A package's assay.yml, rendered and checked, to its settings: the target is the project's, so it needs none of its own. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { checkValues } from '../schema/check-values.ts'
import { entryOf, type PlacedEntry, type PlacedMap, valueOf } from '../yaml/placed-value.ts'
import { type Rendering, renderValues } from '../yaml/render-values.ts'
import { type ContentSettings, contentSettings, keptSettings } from './read-settings.ts'

export interface PackageSettings extends ContentSettings {
  /** `restrict-access`. */
  readonly isRestricted: boolean
}

export function readPackageSettings(
  file: PlacedMap,
  render: Rendering['render'],
): Result<PackageSettings> {
  const faults: Diagnostic[] = []
  const rendering = { render, keep: keptSettings, faults }
  const entries = file.entries
    .filter(({ key }) => key !== 'targets' && key !== 'target')
    .map(
      (entry): PlacedEntry =>
        keptSettings.has(entry.key)
          ? entry
          : { ...entry, value: renderValues(entry.value, rendering) },
    )
  const rendered: PlacedMap = { ...file, entries }
  faults.push(
    ...checkValues({ ...rendered, entries: [...entries, anyTarget(file)] }, { schema: 'assay' }),
  )
  if (faults.length > 0) return failure(faults)
  const restricts = valueOf(rendered, 'restrict-access')
  return success({
    ...contentSettings(rendered),
    isRestricted: restricts?.kind === 'scalar' && restricts.value === true,
  })
}

/** What the schema asks of a project; targets that a package has for its own tests are not looked at. */
function anyTarget(file: PlacedMap): PlacedEntry {
  const span = entryOf(file, 'name')?.keySpan ?? file.span
  const text = (value: string) => ({ kind: 'scalar', value, span }) as const
  const target: PlacedMap = {
    kind: 'map',
    span,
    entries: [
      { key: 'type', keySpan: span, value: text('duckdb') },
      { key: 'path', keySpan: span, value: text(':memory:') },
    ],
  }
  const value: PlacedMap = {
    kind: 'map',
    span,
    entries: [{ key: 'any', keySpan: span, value: target }],
  }
  return { key: 'targets', keySpan: span, value }
}
