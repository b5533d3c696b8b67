/** The JSON schemas of the YAML files to one page: every key with its type, its meaning, and whether it does anything yet. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appliedToSources, laterConfigs } from '../../src/project/parse/not-applied.ts'
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

A key marked **not yet** is accepted and does nothing in this version. Where it would change what is built or checked
\`assay parse\` warns of it (\`not-applied\`).

## assay.yml

${keyTable(at(settings, 'properties'), { isLater: (key) => laterSettings.has(key) })}

### An entry of packages

A text is the name of an npm package. Else:

${keyTable(at(settings, 'definitions', 'package', 'properties'), {})}

### An entry of dispatch

${keyTable(at(settings, 'definitions', 'dispatchRule', 'properties'), {})}

### flags

The flag of the command line wins over its variable, the variable over \`flags:\`. Flags of dbt that have nothing to
switch here are accepted, with a warning where they ask for something else than what is.

${keyTable(switches(), {})}

### retention

${keyTable(at(settings, 'properties', 'retention', 'properties'), {})}

### query-comment

${keyTable(at(settings, 'properties', 'query-comment', 'properties'), {})}

## Targets

\`targets:\` holds databases by name. Only the chosen target is rendered. Its texts may use \`env\`, \`var\` and \`target\`.

### type: duckdb

${targetTable('duckdb')}

### type: postgres

${targetTable('postgres')}

## Configs

A config stands in \`assay.yml\` under \`models:\`, \`seeds:\`, \`snapshots:\`, \`sources:\`, \`data_tests:\`, \`unit_tests:\`,
\`analyses:\` or \`exposures:\` with a \`+\` before it, in a properties file under \`config:\`, or in the SQL file in
\`{{config ..}}\`. The later in this list wins; \`tags\` and hooks add up, \`meta\`, \`docs\`, \`quoting\`, \`contract\`,
\`freshness\`, \`column_types\`, \`latest_version_pointer\` and \`snapshot_meta_column_names\` merge by key, \`grants\` by
privilege.

${configTable()}

### A hook

A text is the SQL. Else:

${keyTable(at(configs, 'definitions', 'hook', 'items', 'properties'), {})}

### An entry of indexes

${keyTable(at(configs, 'definitions', 'keys', 'indexes', 'items', 'properties'), {})}

### freshness

\`warn_after\` and \`error_after\` are each a map: \`{count: 12, period: hour}\`; a period is minute, hour or day.

${keyTable(at(configs, 'definitions', 'freshness', 'properties'), { isLater: (key) => key === 'build_after' })}

## Properties files

Any \`.yml\` file below the folders of models, seeds, snapshots, tests, macros and analyses. Sources may also stand in
\`sources.yml\` beside \`assay.yml\`. Top-level keys:

${keyTable(at(properties, 'properties'), { isLater: (key) => laterSections.has(key) })}

${Object.entries(titles)
  .map(
    ([kind, title]) =>
      `### ${title}\n\n${keyTable(at(properties, 'definitions', kind, 'properties'), {})}`,
  )
  .join('\n\n')}
`
}

const titles = {
  model: 'A model',
  model_version: 'A version of a model',
  column: 'A column',
  constraint: 'A constraint',
  seed: 'A seed',
  snapshot: 'A snapshot',
  source: 'A source',
  table: 'A table of a source',
  load: 'load, of a source or a table',
  analysis: 'An analysis',
  singular_test: 'A singular test',
  test_body: 'A generic test',
  unit_test: 'A unit test',
  given: 'An input of a unit test',
  fixture: 'The rows that a unit test expects',
  expected_cte: 'The rows that a unit test expects of a CTE',
  unit_test_overrides: 'The overrides of a unit test',
  macro: 'A macro',
  metric: 'A metric',
  measure: 'The numerator or denominator of a metric',
  group: 'A group',
  exposure: 'An exposure',
} as const

/** Those that switch something. */
function switches(): Schema {
  const flags = Object.entries(at(settings, 'properties', 'flags', 'properties'))
  return Object.fromEntries(
    flags.filter(([, value]) => !/nothing to switch here/.test(meaningOf(value, false))),
  )
}

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

const kinds = [
  'model',
  'seed',
  'snapshot',
  'source',
  'test',
  'unit_test',
  'analysis',
  'exposure',
] as const

/** Each config once, with the kinds of node that take it. */
function configTable(): string {
  const keys = new Set(kinds.flatMap((kind) => Object.keys(configsOf(kind))))
  const rows = [...keys].map((key) => {
    const takenBy = kinds.filter((kind) => key in configsOf(kind))
    const idle = takenBy.filter((kind) => isIdle(key, kind))
    const [first = 'model'] = takenBy
    const value = configsOf(first)[key]
    const isLater = idle.length === takenBy.length
    const part = isLater || idle.length === 0 ? '' : ` Of a ${idle.join(' or ')} **not yet**.`
    return [code(key), takenBy.join(', '), typeOf(value), `${meaningOf(value, isLater)}${part}`]
  })
  return markdownTable(['config', 'of', 'value', 'meaning'], rows)
}

function configsOf(kind: (typeof kinds)[number]): Schema {
  return at(configs, 'definitions', kind, 'properties')
}

/** Accepted without a warning, since it changes nothing that this version builds: packages of a model in TypeScript. */
function isIdle(key: string, kind: (typeof kinds)[number]): boolean {
  if (key === 'packages') return true
  return laterConfigs.has(key) && !(kind === 'source' && appliedToSources.has(key))
}

function meaningOf(value: unknown, isLater: boolean): string {
  const description = resolved(value)['description']
  const text = typeof description === 'string' ? description : ''
  if (placeholder.test(text)) return '**not yet**'
  if (!isLater) return text
  return text === '' ? '**not yet**' : `**not yet**: ${text}`
}

function typeOf(value: unknown): string {
  const schema = resolved(value)
  if (placeholder.test(String(schema['description']))) return ''
  if (typeof schema['const'] === 'string') return code(schema['const'])
  const choices = schema['enum']
  if (Array.isArray(choices)) {
    const texts = choices.filter((choice) => choice !== null).map(String)
    return [...new Set(texts)].map(code).join(', ')
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
