/** The play of microbatch: the days of the last week, each a transaction of its own. */
import { settingsFile } from '../project-files.ts'
import type { Play } from '../play.ts'
import type { ExpectedRelation } from '../relations.ts'

const days = 4
const clicksEach = 9

interface Click {
  readonly id: number
  readonly day: number
  readonly price: number
}

/** In every version some of each day: the older ones come late. */
function clicksOf(version: number): readonly Click[] {
  return Array.from({ length: clicksEach }, (_, index) => {
    const id = (version - 1) * clicksEach + index + 1
    return { id, day: id % days, price: version * 10 + index }
  })
}

function clicksUpTo(version: number): readonly Click[] {
  return Array.from({ length: version }, (_, index) => clicksOf(index + 1)).flat()
}

const rowsOf = (version: number, isIn: (day: number) => boolean) =>
  clicksUpTo(version)
    .filter(({ day }) => isIn(day))
    .map(({ id, day, price }) => [id, day, price, version])

const clicks: ExpectedRelation = {
  name: 'silver.day_clicks',
  columns: ['id', 'day', 'price', 'version'],
  isView: false,
  // One for each batch, as long as its table is not whole.
  isUncounted: true,
  rows: (_, version) => rowsOf(version, () => true),
  between: (before, after) =>
    Array.from({ length: days - 1 }, (_, index) => [
      ...rowsOf(after, (day) => day <= index),
      ...(before === 0 ? [] : rowsOf(before, (day) => day > index)),
    ]),
}

const totals: ExpectedRelation = {
  name: 'gold.day_totals',
  columns: ['day', 'n', 'price', 'version'],
  isView: false,
  rows: (_, version) =>
    Array.from({ length: days }, (_, day) => {
      const own = clicksUpTo(version).filter((click) => click.day === day)
      return [day, own.length, own.reduce((sum, { price }) => sum + price, 0), version]
    }),
}

/** The last of them is today: a plain build builds that one, and what an earlier run was to build. */
function dayOf(index: number): string {
  const day = new Date()
  day.setUTCDate(day.getUTCDate() - (days - 1) + index)
  return day.toISOString().slice(0, 10)
}

/** All of its days. */
export function wholeRange(): readonly string[] {
  return ['--event-time-start', dayOf(0), '--event-time-end', dayOf(days)]
}

export function batchesPlay(): Play {
  const begin = dayOf(0)
  return {
    relations: [clicks, totals],
    together: [],
    never: [],
    // The last thing that is known of runs is that one has started.
    begun: `select count(*) from _assay.wanted_batches
where run_id = (
  select run_id
  from (select run_id, phase from _assay.runs order by recorded_at desc limit 1) as last
  where phase = 'started'
)`,
    tables: [
      'create schema if not exists raw',
      'drop table if exists raw.clicks',
      'create table raw.clicks (id bigint, day bigint, price bigint, clicked_at timestamp)',
    ],
    arrive: (version) => ({
      statements: [
        `insert into raw.clicks values ${clicksOf(version)
          .map(
            ({ id, day, price }) =>
              `(${id}, ${day}, ${price}, timestamp '${begin} 00:00:00' + ${day} * interval '1 day' + ${id} * interval '1 second')`,
          )
          .join(', ')}`,
      ],
      files: {},
    }),
    files: (options) => ({
      'assay.yml': `${settingsFile(options)}models:
  silver: { +schema: silver }
  gold: { +schema: gold }
`,
      'sources.yml': `sources:
  - name: growth
    schema: raw
    tables: [{ name: clicks, config: { event_time: clicked_at } }]
`,
      'models/silver/day_clicks.sql': `{{config
  materialized="incremental" incremental_strategy="microbatch"
  event_time="clicked_at" begin="${begin}" batch_size="day" lookback=0
}}
select id, day, price, clicked_at, cast({{var "version"}} as bigint) as version
from {{source "growth" "clicks"}}
`,
      'models/gold/day_totals.sql': `{{config materialized="table"}}
select day, count(*) as n, cast(sum(price) as bigint) as price, max(version) as version
from {{ref "day_clicks"}}
group by day
`,
      'models/schema.yml': `models:
  - name: day_clicks
    columns: [{ name: id, data_tests: [unique, not_null] }]
`,
    }),
  }
}
