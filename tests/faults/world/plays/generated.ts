/** The play of models in TypeScript: a table, one that appends what is new, and one that merges; a model in SQL behind them. */
import { settingsFile } from '../project-files.ts'
import type { Play } from '../play.ts'
import type { ExpectedRelation } from '../relations.ts'

const users = 5
const clicksEach = 40

interface Click {
  readonly id: number
  readonly user: number
  readonly price: number
}

function clicksOf(version: number): readonly Click[] {
  return Array.from({ length: clicksEach }, (_, index) => {
    const id = (version - 1) * clicksEach + index + 1
    return { id, user: id % users, price: ((id * 7) % 50) + version }
  })
}

function clicksUpTo(version: number): readonly Click[] {
  return Array.from({ length: version }, (_, index) => clicksOf(index + 1)).flat()
}

/** With what has been spent before it, by walking the rows in order. */
const running: ExpectedRelation = {
  name: 'silver.running',
  columns: ['id', 'spent', 'version'],
  isView: false,
  rows: (batch, version) => {
    const spent = new Map<number, number>()
    return clicksUpTo(batch).map(({ id, user, price }) => {
      spent.set(user, (spent.get(user) ?? 0) + price)
      return [id, spent.get(user) ?? 0, version]
    })
  },
}

const journal: ExpectedRelation = {
  name: 'silver.journal',
  columns: ['id', 'price'],
  isView: false,
  rows: (batch) => clicksUpTo(batch).map(({ id, price }) => [id, price]),
}

const best: ExpectedRelation = {
  name: 'silver.best',
  columns: ['user_id', 'price', 'version'],
  isView: false,
  rows: (batch, version) =>
    Array.from({ length: users }, (_, user) => {
      const own = clicksUpTo(batch).filter((click) => click.user === user)
      return [user, Math.max(...own.map(({ price }) => price)), version]
    }),
}

const totals: ExpectedRelation = {
  name: 'gold.totals',
  columns: ['n', 'spent', 'version'],
  isView: false,
  rows: (batch, version) => {
    const rows = running.rows(batch, version)
    return [[rows.length, rows.reduce((sum, [, spent]) => sum + Number(spent), 0), version]]
  },
}

export const generatedPlay = (): Play => ({
  relations: [running, journal, best, totals],
  together: [],
  never: [],
  tables: [
    'create schema if not exists raw',
    'drop table if exists raw.clicks',
    'create table raw.clicks (id bigint, user_id bigint, price bigint)',
  ],
  arrive: (version) => ({
    statements: [
      `insert into raw.clicks values ${clicksOf(version)
        .map(({ id, user, price }) => `(${id}, ${user}, ${price})`)
        .join(', ')}`,
    ],
    files: {},
  }),
  files: (options) => ({
    'assay.yml': `${settingsFile(options)}models:
  silver: { +schema: silver, +materialized: table }
  gold: { +schema: gold, +materialized: table }
`,
    'sources.yml': `sources:
  - name: growth
    schema: raw
    tables: [{ name: clicks, config: { arrival_column: id } }]
`,
    'models/silver/running.ts': `import { defineModel } from 'assay'
export default defineModel(
  { columns: { id: 'bigint', spent: 'bigint', version: 'bigint' } },
  async function* (context) {
    const spent = new Map()
    for await (const { id, user_id, price } of context.source('growth', 'clicks', { orderBy: ['id'] })) {
      spent.set(user_id, (spent.get(user_id) ?? 0) + price)
      yield { id, spent: spent.get(user_id), version: Number(context.var('version')) }
    }
  },
)
`,
    'models/silver/journal.ts': `import { defineModel } from 'assay'
export default defineModel(
  { materialized: 'incremental', incremental_strategy: 'append', columns: { id: 'bigint', price: 'bigint' } },
  async function* (context) {
    for await (const { id, price } of context.newRows('growth', 'clicks')) yield { id, price }
  },
)
`,
    'models/silver/best.ts': `import { defineModel } from 'assay'
export default defineModel(
  { materialized: 'incremental', unique_key: 'user_id', columns: { user_id: 'bigint', price: 'bigint', version: 'bigint' } },
  async function* (context) {
    const best = new Map()
    if (context.isIncremental) for await (const row of context.this) best.set(row.user_id, row.price)
    for await (const { user_id, price } of context.source('growth', 'clicks')) {
      best.set(user_id, Math.max(best.get(user_id) ?? 0, price))
    }
    for (const [user_id, price] of best) yield { user_id, price, version: Number(context.var('version')) }
  },
)
`,
    'models/gold/totals.sql': `select count(*) as n, cast(sum(spent) as bigint) as spent, max(version) as version
from {{ref "running"}}
`,
    'models/schema.yml': `models:
  - name: running
    columns: [{ name: id, data_tests: [unique, not_null] }]
`,
  }),
})
