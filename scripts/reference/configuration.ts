/** The JSON schemas of the YAML files to one page: every key with its type, its meaning, and whether it does anything yet. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { laterSections, laterSettings } from '../../src/project/read/settings/not-applied.ts'
import { code, markdownTable, pageHead, repository } from './markdown.ts'

interface Schema {
  readonly [key: string]: unknown
}

const settings = readSchema('assay')
const configs = readSchema('config')
const properties = readSchema('properties')

const placeholder = /^Belongs to a later version/

export function configurationPage(): string {
  return `${pageHead('Configuration', 'schemas/*.schema.json')}
Unknown keys are errors, with the nearest key that exists. Every YAML file has a JSON schema in \`schemas/\`: name it in
a first line \`# yaml-language-server: $schema=<path>/assay.schema.json\` and your editor completes keys.

A key marked **not yet** is accepted and does nothing in this version. \`assay parse\` warns of most that would change what
is built or checked (\`not-applied\`). For seeds \`on_schema_change\` and \`full_refresh\` do nothing yet; \`where\` works for
generic tests only.

## assay.yml

${keyTable(at(settings, 'properties'), { isLater: (key) => laterSettings.has(key) })}

## Targets

\`targets:\` holds databases by name. Only the chosen target is rendered. Its texts may use \`env\`, \`var\` and \`target\`.

### type: duckdb

${targetTable('duckdb')}

### type: postgres

${targetTable('postgres')}

## Configs

A config stands in \`assay.yml\` under \`models:\`, \`seeds:\`, \`sources:\`, \`data_tests:\` or \`analyses:\` with a \`+\` before it,
in a properties file under \`config:\`, or in the SQL file in \`{{config ..}}\`. The later in this list wins; \`tags\` add
up, \`meta\`, \`docs\`, \`column_types\` merge by key.

${configTable()}

## Properties files

Any \`.yml\` file below \`models/\`, \`seeds/\`, \`tests/\`, \`macros/\` and \`analyses/\`. Sources may also stand in \`sources.yml\`
beside \`assay.yml\`. Top-level keys:

${keyTable(at(properties, 'properties'), { isLater: (key) => laterSections.has(key) })}

${(
  ['model', 'seed', 'source', 'table', 'column', 'analysis', 'singular_test', 'test_body'] as const
)
  .map(
    (kind) =>
      `### ${titles[kind]}\n\n${keyTable(at(properties, 'definitions', kind, 'properties'), {})}`,
  )
  .join('\n\n')}
`
}

const titles = {
  model: 'A model',
  seed: 'A seed',
  source: 'A source',
  table: 'A table of a source',
  column: 'A column',
  analysis: 'An analysis',
  singular_test: 'A singular test',
  test_body: 'A generic test',
} as const

interface TableOptions {
  readonly isLater?: (key: string) => boolean
}

function targetTable(type: 'duckdb' | 'postgres'): string {
  const schema = at(settings, 'definitions', type)
  const required = new Set(['type', ...textsOf(schema['required'])])
  const rows = Object.entries(at(schema, 'properties')).map(([key, value]) => [
    code(key),
    typeOf(value),
    required.has(key) ? 'yes' : '',
    meaningOf(value, false),
  ])
  return markdownTable(['key', 'value', 'required', 'meaning'], rows)
}

function keyTable(schema: Schema, { isLater = () => false }: TableOptions): string {
  const rows = Object.entries(schema).map(([key, value]) => [
    code(key),
    typeOf(value),
    meaningOf(value, isLater(key)),
  ])
  return markdownTable(['key', 'value', 'meaning'], rows)
}

/** Each config once, with the kinds of node that take it. */
function configTable(): string {
  const kinds = ['model', 'seed', 'source', 'test', 'analysis'] as const
  const later = laterConfigs()
  const rows = Object.entries(at(configs, 'definitions', 'keys')).flatMap(([key, value]) => {
    const takenBy = kinds.filter((kind) => key in at(configs, 'definitions', kind, 'properties'))
    const isLater = later.has(key) || notReadYet.has(key)
    return takenBy.length === 0
      ? []
      : [[code(key), takenBy.join(', '), typeOf(value), meaningOf(value, isLater)]]
  })
  return markdownTable(['config', 'of', 'value', 'meaning'], rows)
}

/** Accepted without a warning, since they change nothing that this version builds. */
const notReadYet: ReadonlySet<string> = new Set([
  'access',
  'docs',
  'event_time',
  'freshness',
  'group',
  'loaded_at_field',
  'loaded_at_query',
  'packages',
  'pre_hook',
  'post_hook',
])

/** The configs that `parse` warns of, from the place that warns. */
function laterConfigs(): ReadonlySet<string> {
  const file = join(repository, 'src', 'project', 'parse', 'not-applied.ts')
  const [, list = ''] =
    /laterConfigs = new Set\(\[([^\]]*)\]/.exec(readFileSync(file, 'utf8')) ?? []
  const found = [...list.matchAll(/'([^']+)'/g)].map(([, key = '']) => key)
  if (found.length === 0) throw new Error(`${file} no longer lists the configs that do nothing yet`)
  return new Set(found)
}

function meaningOf(value: unknown, isLater: boolean): string {
  const description = resolved(value)['description']
  const text = typeof description === 'string' ? description : ''
  if (placeholder.test(text)) return '**not yet**'
  return isLater ? `**not yet**: ${text}` : text
}

function typeOf(value: unknown): string {
  const schema = resolved(value)
  if (placeholder.test(String(schema['description']))) return ''
  if (typeof schema['const'] === 'string') return code(schema['const'])
  const choices = schema['enum']
  if (Array.isArray(choices)) {
    return choices
      .filter((choice) => choice !== null)
      .map((choice) => code(String(choice)))
      .join(', ')
  }
  if (typeof schema['title'] === 'string') return schema['title']
  const types = textsOf(schema['type']).filter((type) => type !== 'null')
  return types.map((type) => plainTypes[type] ?? type).join(' or ')
}

const plainTypes: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'map',
  array: 'list',
  integer: 'whole number',
  boolean: 'true or false',
}

/** Follows `$ref`, keeping what stands beside it. */
function resolved(value: unknown): Schema {
  const schema = schemaOf(value)
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  const [file = '', path = ''] = reference.split('#/')
  const root = file === '' ? rootOf(path) : readSchema(file.replace('.schema.json', ''))
  return { ...resolved(at(root, ...path.split('/'))), ...schema }
}

/** A reference without a file is to the file it stands in. */
function rootOf(path: string): Schema {
  const [, name = ''] = path.split('/')
  const places = [properties, configs, settings]
  return places.find((place) => name in at(place, 'definitions')) ?? properties
}

function readSchema(name: string): Schema {
  const parsed: unknown = JSON.parse(
    readFileSync(join(repository, 'schemas', `${name}.schema.json`), 'utf8'),
  )
  return schemaOf(parsed)
}

function at(schema: Schema, ...path: readonly string[]): Schema {
  return path.reduce((place, key) => schemaOf(place[key]), schema)
}

function schemaOf(value: unknown): Schema {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value))
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.map(String) : []
}
