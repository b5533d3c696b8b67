/** An artifact to what is wrong with it by the schema that dbt publishes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts'

const schemas = {
  manifest: 'manifest-v12.json',
  run_results: 'run-results-v6.json',
  sources: 'sources-v3.json',
  catalog: 'catalog-v1.json',
} as const

export type ArtifactName = keyof typeof schemas

const ajv = new Ajv2020({
  allErrors: true,
  strict: false,
  validateFormats: false,
  addUsedSchema: false,
  // Making its code smaller takes longer than running it.
  code: { optimize: false },
})

/** Each once; none: it is valid. */
export function artifactFaults(targetPath: string, name: ArtifactName): readonly string[] {
  return faultsOf(
    readJson(join(import.meta.dirname, schemas[name])),
    readArtifact(targetPath, name),
  )
}

export function readArtifact(targetPath: string, name: ArtifactName): JsonObject {
  return readJson(join(targetPath, `${name}.json`))
}

/** Those that a model of the manifest may have. */
export function modelFields(): readonly string[] {
  const schema = readJson(join(import.meta.dirname, schemas.manifest))
  const kinds = at(schema, '/properties/nodes/additionalProperties/anyOf')
  const model = (isJsonArray(kinds) ? kinds : []).find(
    (kind) => at(kind, '/properties/resource_type/const') === 'model',
  )
  const properties = model === undefined ? null : at(model, '/properties')
  return isJsonObject(properties) ? Object.keys(properties) : []
}

function readJson(path: string): JsonObject {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Of a value that may be of several kinds only what is wrong with it as the kind that its `resource_type` says. */
function faultsOf(schema: JsonObject, value: Json, place = ''): readonly string[] {
  if (ajv.validate(schema, value)) return []
  const errors = [...(ajv.errors ?? [])]
  const kinds = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  const faults = errors.flatMap(({ instancePath, message, params }) => {
    if (kinds.some((kind) => instancePath.startsWith(kind.instancePath))) return []
    const property = params['additionalProperty']
    return `${place}${instancePath}: ${message}${typeof property === 'string' ? ` "${property}"` : ''}`
  })
  const outer = kinds.filter(
    ({ instancePath }) => !kinds.some((kind) => instancePath.startsWith(`${kind.instancePath}/`)),
  )
  const inner = outer.flatMap(({ instancePath, keyword, schemaPath }) => {
    const part = at(value, instancePath)
    const branches = at(schema, schemaPath.replace(/^#/, ''))
    const fitting = (isJsonArray(branches) ? branches.filter(isJsonObject) : []).filter((branch) =>
      isOfKind(branch, part),
    )
    const found = fitting.map((branch) => faultsOf(branch, part, `${place}${instancePath}`))
    const least = found.toSorted((left, right) => left.length - right.length)[0]
    return least ?? [`${place}${instancePath}: of no kind (${keyword}): ${JSON.stringify(part)}`]
  })
  return [...new Set([...faults, ...inner])]
}

function isOfKind(branch: JsonObject, value: Json): boolean {
  const kind = at(branch, '/properties/resource_type/const')
  if (kind === null || !isJsonObject(value)) return true
  return kind === value['resource_type']
}

/** null: nothing is there. */
function at(value: Json, pointer: string): Json {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
  return keys.reduce<Json>((place, key) => {
    if (isJsonArray(place)) return place[Number(key)] ?? null
    return isJsonObject(place) ? (place[key] ?? null) : null
  }, value)
}
