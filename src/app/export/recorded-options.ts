/** The flags of an export as the ledger keeps them, and back: enough to make the same export again. */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../core/json.ts'
import type { Node } from '../../core/node.ts'
import { formatNames } from '../../serve/export/formats/text-format.ts'
import type { ProjectOptions } from '../surroundings.ts'
import { type Exportable, placeText } from './choose-relations.ts'
import type { ExportContext } from './export-context.ts'
import type { ExportOptions } from './export-use-case.ts'

export function recordedOptions({ options }: ExportContext, { node, place }: Exportable): string {
  const { to, format, compression, partitionBy, orderBy, schema, asNumbers } = options
  const folder = place.kind === 'folder' ? placeText(place).replace(/[^/]+$/, '') : undefined
  return JSON.stringify({
    select: selectorOf(node),
    to: place.kind === 'table' ? to : (folder ?? placeText(place)),
    format,
    compression,
    partitionBy,
    orderBy: orderBy.map(({ column, isDescending }) => [column, isDescending]),
    schema,
    asNumbers,
  })
}

function selectorOf(node: Node): string {
  return node.resourceType === 'source' ? `source:${node.sourceName}.${node.name}` : node.name
}

const compressions = ['snappy', 'zstd', 'gzip', 'uncompressed', 'none'] as const

/** undefined: what is recorded is not of this version. */
export function readOptions(text: string, project: ProjectOptions): ExportOptions | undefined {
  const parsed = parseJson(text)
  if (!isJsonObject(parsed)) return undefined
  const [select, to] = [textIn(parsed, 'select'), textIn(parsed, 'to')]
  if (select === undefined || to === undefined) return undefined
  const format = formatNames.find((name) => name === parsed['format'])
  const compression = compressions.find((name) => name === parsed['compression'])
  const schema = textIn(parsed, 'schema')
  return {
    ...project,
    select: [select],
    exclude: [],
    resourceTypes: [],
    excludeResourceTypes: [],
    to,
    ...(format === undefined ? {} : { format }),
    ...(compression === undefined ? {} : { compression }),
    ...(schema === undefined ? {} : { schema }),
    partitionBy: listIn(parsed, 'partitionBy').flatMap((name) =>
      typeof name === 'string' ? [name] : [],
    ),
    orderBy: listIn(parsed, 'orderBy').flatMap(termOf),
    asNumbers: parsed['asNumbers'] === true,
    wait: true,
  }
}

function textIn(object: JsonObject, key: string): string | undefined {
  const value = object[key]
  return typeof value === 'string' ? value : undefined
}

function listIn(object: JsonObject, key: string): readonly Json[] {
  const value = object[key]
  return value !== undefined && isJsonArray(value) ? value : []
}

function termOf(term: Json): ExportOptions['orderBy'] {
  if (!isJsonArray(term)) return []
  const [column, isDescending] = term
  return typeof column === 'string' ? [{ column, isDescending: isDescending === true }] : []
}
