/** selectors.yml beside assay.yml to its entries: rendered, their shape checked; what they define is read by `select/`. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { readText } from '../files/read-text.ts'
import type { SelectorEntry } from '../project.ts'
import { checkValues, expectMap } from '../schema/check-values.ts'
import { loadMakeRender } from '../yaml/load-render.ts'
import { parseText } from '../yaml/parse-text.ts'
import {
  itemsOf,
  type PlacedEntry,
  type PlacedMap,
  type PlacedValue,
  textOf,
  toJsonObject,
  valueOf,
} from '../yaml/placed-value.ts'
import { renderValues, type ScalarEnvironment } from '../yaml/render-values.ts'

export async function readSelectorsFile(
  root: string,
  path: string,
  environment: ScalarEnvironment,
): Promise<Result<readonly SelectorEntry[]>> {
  const content = readText(root, path)
  if (!content.ok) return failure([content.diagnostic])
  const parsed = await parseText(path, content.text)
  if (!parsed.ok) return parsed
  if (parsed.value === undefined) return success([])
  const faults: Diagnostic[] = []
  const value = content.text.includes('{{')
    ? renderValues(parsed.value, {
        render: (await loadMakeRender())(environment),
        keep: new Set(['description']),
        faults,
      })
    : parsed.value
  const wrongTop = expectMap(value, '"selectors"')
  if (wrongTop !== undefined || value.kind !== 'map') return failure(wrongTop ? [wrongTop] : [])
  faults.push(...checkValues(withoutDefinitions(value), { schema: 'selectors' }))
  if (faults.length > 0) return failure(faults)
  return success(itemsOf(value, 'selectors').flatMap((item) => entryFrom(item) ?? []))
}

/** Their faults are told by who reads them: better than a schema tells which of several forms was meant. */
function withoutDefinitions(map: PlacedMap): PlacedMap {
  const blank = (entry: PlacedEntry): PlacedEntry =>
    entry.key === 'definition'
      ? { ...entry, value: { kind: 'scalar', value: '*', span: entry.value.span } }
      : entry
  const entries = map.entries.map((entry): PlacedEntry => {
    if (entry.key !== 'selectors' || entry.value.kind !== 'list') return entry
    const items = entry.value.items.map(
      (item): PlacedValue =>
        item.kind === 'map' ? { ...item, entries: item.entries.map(blank) } : item,
    )
    return { ...entry, value: { ...entry.value, items } }
  })
  return { ...map, entries }
}

function entryFrom(item: PlacedValue): SelectorEntry | undefined {
  const definition = valueOf(item, 'definition')
  if (item.kind !== 'map' || definition === undefined) return undefined
  return {
    name: textOf(item, 'name') ?? '',
    isDefault: textOf(item, 'default') === 'true',
    definition,
    json: toJsonObject(item),
    span: valueOf(item, 'name')?.span ?? item.span,
  }
}
