/** The play of many rows through TypeScript: a table and an incremental model whose rows come one by one, and one that reads while it writes. */
import { settingsFile } from '../project-files.ts'
import type { Play } from '../play.ts'
import type { ExpectedRelation } from '../relations.ts'

/** All of them are new in every version. */
const ticks = 60_000
/** These are added. */
const clicksEach = 3_000

/** How many rows, their sum, and the versions they are of: a part of them, or two versions mixed, shows. */
const columns = ['n', 'total', 'low', 'high'] as const

function counted(
  name: string,
  rows: ExpectedRelation['rows'],
  value = 'id * version',
): ExpectedRelation {
  const sql = `select count(*) as n, cast(coalesce(sum(${value}), 0) as bigint) as total, min(version) as low, max(version) as high from ${name}`
  return { name, columns, sql, isView: false, rows }
}

const sumTo = (count: number) => (count * (count + 1)) / 2

/** Each with the version in which it was clicked. */
const clicked: ExpectedRelation['rows'] = (batch) => {
  const total = Array.from({ length: batch }, (_, index) => {
    const version = index + 1
    const [from, to] = [index * clicksEach, version * clicksEach]
    return (sumTo(to) - sumTo(from)) * version
  }).reduce((sum, part) => sum + part, 0)
  return [[batch * clicksEach, total, 1, batch]]
}

const whole: ExpectedRelation['rows'] = (_, version) => [
  [ticks, sumTo(ticks) * version, version, version],
]

export const streamedPlay = (): Play => ({
  relations: [
    counted('silver.streamed', whole),
    counted('silver.appended', clicked),
    counted('silver.merged', (_, version) => [
      [ticks / 10, sumTo(ticks / 10) * version, version, version],
    ]),
  ],
  together: [],
  never: [],
  tables: [
    'create schema if not exists raw',
    'drop table if exists raw.ticks',
    'drop table if exists raw.clicks',
    'create table raw.ticks (id bigint, version bigint)',
    'create table raw.clicks (id bigint, version bigint)',
  ],
  arrive: (version) => ({
    statements: [
      'delete from raw.ticks',
      `insert into raw.ticks select i, ${version} from generate_series(1, ${ticks}) as t(i)`,
      `insert into raw.clicks select i, ${version} from generate_series(${(version - 1) * clicksEach + 1}, ${version * clicksEach}) as t(i)`,
    ],
    files: {},
  }),
  files: (options) => ({
    'assay.yml': `${settingsFile(options)}models:
  silver: { +schema: silver, +materialized: table }
`,
    'sources.yml': `sources:
  - name: growth
    schema: raw
    tables:
      - { name: ticks }
      - { name: clicks, config: { arrival_column: id } }
`,
    'models/silver/streamed.ts': `import { defineModel } from 'assay'
export default defineModel(
  { columns: { id: 'bigint', version: 'bigint' } },
  async function* (context) {
    let seen = 0
    for await (const row of context.source('growth', 'ticks')) {
      seen += 1
      // A second statement while the first is read.
      if (seen === 1000) for await (const { id } of context.source('growth', 'ticks')) seen -= id > 0 ? 1 : 0
      yield row
    }
    if (seen !== 0) throw new Error('read ' + seen + ' rows more in one statement than in the other')
  },
)
`,
    'models/silver/appended.ts': `import { defineModel } from 'assay'
export default defineModel(
  { materialized: 'incremental', incremental_strategy: 'append', columns: { id: 'bigint', version: 'bigint' } },
  async function* (context) {
    for await (const { id, version } of context.newRows('growth', 'clicks')) yield { id, version }
  },
)
`,
    'models/silver/merged.ts': `import { defineModel } from 'assay'
export default defineModel(
  { materialized: 'incremental', unique_key: 'id', columns: { id: 'bigint', version: 'bigint' } },
  async function* (context) {
    for await (const { id, version } of context.ref('streamed')) {
      if (id <= ${ticks / 10}) yield { id, version }
    }
  },
)
`,
    'models/schema.yml': `models:
  - name: streamed
    columns: [{ name: id, data_tests: [unique, not_null] }]
`,
  }),
})
