/** The text of one YAML file of properties to checked properties, or every fault in it. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { PropertyFile } from './property-file.ts'
import { checkValues, expectMap } from '../schema/check-values.ts'
import type { PlacedMap, PlacedValue } from '../yaml/placed-value.ts'
import { keptHooks, type Rendering, renderValues } from '../yaml/render-values.ts'
import { laterSections } from '../settings/not-applied.ts'
import { readProperties } from './read-properties.ts'

export interface PropertyText {
  readonly path: string
  readonly checksum: string
  /** undefined: an empty file. */
  readonly value: PlacedValue | undefined
  /** undefined: the text holds no template. */
  readonly render: Rendering['render'] | undefined
}

/** Descriptions may hold `doc`, a query `this`; what belongs to later versions is not looked at. */
const kept = new Set([
  ...keptHooks,
  ...laterSections,
  'description',
  'loaded_at_query',
  'anchors',
  // For MetricFlow, in its Jinja.
  'semantic_models',
  'saved_queries',
  'macros',
  // Of unit tests: what a cell holds is data.
  'rows',
])

export function readPropertyFile(file: PropertyText): Result<PropertyFile> {
  const { value, path } = file
  if (value === undefined) return success(readProperties(undefined, file))
  const wrongTop = expectMap(value, '"models" or "sources"')
  if (wrongTop !== undefined || value.kind !== 'map') return failure(wrongTop ? [wrongTop] : [])
  const faults: Diagnostic[] = []
  const { render } = file
  const rendered = render === undefined ? value : renderMap(value, { render, keep: kept, faults })
  const schema = path === 'sources.yml' || path === 'sources.yaml' ? 'sources' : 'properties'
  faults.push(...checkValues(rendered, { schema }))
  return faults.length > 0 ? failure(faults) : success(readProperties(rendered, file))
}

function renderMap(map: PlacedMap, rendering: Rendering): PlacedMap {
  const rendered = renderValues(map, rendering)
  return rendered.kind === 'map' ? rendered : map
}
