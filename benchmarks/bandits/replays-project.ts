/** A project that plays many bandits at once, all in SQL: each run of it is one batch of visitors in every replay. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Replays {
  readonly replays: number
  /** Of each batch and replay. */
  readonly visitors: number
  readonly seed: number
  /** `fixed`: prices 10, 15, 20, 25 sell at 10, 8, 6.5 and 4.5 per cent. `prior`: rates drawn anew in each replay. */
  readonly truth: 'fixed' | 'prior'
}

const levels = [0.5, 0.95] as const

/** Beside an assay.yml of the caller's, which has the targets and `replaysVars`. */
export function replaysFiles(): Readonly<Record<string, string>> {
  return {
    'macros/draws.sql': shipped('macros/bandits/draws.sql'),
    'models/worth.sql': worth,
    'models/plays.sql': plays,
    'models/calibration.sql': calibration,
    'models/progress.sql': progress,
  }
}

export function replaysVars({ replays, visitors, seed, truth }: Replays): string {
  return `vars: { replays: ${replays}, visitors: ${visitors}, seed: ${seed}, truth: ${truth} }\n`
}

function shipped(path: string): string {
  return readFileSync(join(fileURLToPath(import.meta.url), '..', '..', '..', path), 'utf8')
}

const worth = `-- What each price is worth, in every replay.
{{config materialized="table"}}

select
  cast(replays.number as bigint) as replay,
  arms.arm,
  arms.price,
  {{#if (eq (var "truth") "prior")}}
  {{seeded_uniform (concat "'" (var "seed") ":rate:' || cast(replays.number as bigint) || ':' || arms.arm")}}
  {{else}}
  arms.rate
  {{/if}} as rate
from {{number_series 1 (var "replays")}} as replays
cross join (
  select '10' as arm, 10e0 as price, 0.1e0 as rate
  union all select '15', 15e0, 0.08e0
  union all select '20', 20e0, 0.065e0
  union all select '25', 25e0, 0.045e0
) as arms
`

const plays = `-- What each batch of visitors was shown and bought: drawn by the shares of the batches before.
{{config materialized="incremental" incremental_strategy="append"}}

with known as (
  select
    worth.replay,
    worth.arm,
    worth.price,
    coalesce(past.trials, 0) as trials,
    coalesce(past.sales, 0) as sales
  from {{ref "worth"}} as worth
  left join (
    {{#if (is_incremental)}}
    select replay, arm, sum(trials) as trials, sum(sales) as sales
    from {{this}}
    group by replay, arm
    {{else}}
    select 0 as replay, '' as arm, 0 as trials, 0 as sales
    {{/if}}
  ) as past on past.replay = worth.replay and past.arm = worth.arm
),
posterior as (
  {{beta_posterior "known" keys=(list "replay") arm="arm" trials="trials" successes="sales" price="price"}}
),
shares as (
  {{bandit_weights "posterior" keys=(list "replay") arm="arm" prob_best="prob_best"}}
),
stretches as (
  select
    replay,
    arm,
    sum(weight) over upwards - weight as stretch_start,
    case when row_number() over downwards = 1 then 2e0 else sum(weight) over upwards end as stretch_end
  from shares
  window
    upwards as (partition by replay order by arm rows unbounded preceding),
    downwards as (partition by replay order by arm desc)
),
batch as (
  {{#if (is_incremental)}}
  select max(batch) + 1 as batch from {{this}}
  {{else}}
  select cast(1 as bigint) as batch
  {{/if}}
),
visitors as (
  select
    replay,
    batch,
    {{seeded_uniform (concat "'" (var "seed") ":arm:' || visit")}} as arm_draw,
    {{seeded_uniform (concat "'" (var "seed") ":sale:' || visit")}} as sale_draw
  from (
    select
      replays.replay,
      batch.batch,
      replays.replay || ':' || batch.batch || ':' || cast(visitors.number as bigint) as visit
    from (select distinct replay from {{ref "worth"}}) as replays
    cross join batch
    cross join {{number_series 1 (var "visitors")}} as visitors
  ) as numbered
)
select
  visitors.batch,
  visitors.replay,
  stretches.arm,
  count(*) as trials,
  cast(sum(case when visitors.sale_draw < worth.rate then 1 else 0 end) as bigint) as sales
from visitors
inner join stretches
  on stretches.replay = visitors.replay
  and stretches.stretch_start <= visitors.arm_draw
  and visitors.arm_draw < stretches.stretch_end
inner join {{ref "worth"}} as worth
  on worth.replay = stretches.replay
  and worth.arm = stretches.arm
group by visitors.batch, visitors.replay, stretches.arm
`

const calibration = `-- How many of the intervals hold what they are about, by level.
with known as (
  select
    worth.replay,
    worth.arm,
    worth.price,
    worth.rate,
    coalesce(sum(plays.trials), 0) as trials,
    coalesce(sum(plays.sales), 0) as sales
  from {{ref "worth"}} as worth
  left join {{ref "plays"}} as plays on plays.replay = worth.replay and plays.arm = worth.arm
  group by worth.replay, worth.arm, worth.price, worth.rate
)
{{#each (list ${levels.join(' ')}) as |level|}}
select
  {{level}} as level,
  count(*) as intervals,
  cast(sum(case when posterior.ci_low <= known.price * known.rate and known.price * known.rate <= posterior.ci_high then 1 else 0 end) as bigint) as covering
from (
  {{beta_posterior "known" keys=(list "replay") arm="arm" trials="trials" successes="sales" price="price" level=level}}
) as posterior
inner join known on known.replay = posterior.replay and known.arm = posterior.arm
{{#unless @last}}union all{{/unless}}
{{/each}}
`

const progress = `-- What was given away in each batch, per visitor, and how many visitors saw the price that is worth most.
with valued as (
  select
    plays.batch,
    plays.trials,
    worth.price * worth.rate as value,
    best.value as best
  from {{ref "plays"}} as plays
  inner join {{ref "worth"}} as worth on worth.replay = plays.replay and worth.arm = plays.arm
  inner join (
    select replay, max(price * rate) as value
    from {{ref "worth"}}
    group by replay
  ) as best on best.replay = plays.replay
)
select
  batch,
  cast(sum(trials) as bigint) as visitors,
  sum(trials * (best - value)) / sum(trials) as regret,
  sum(case when value = best then trials else 0 end) * 1e0 / sum(trials) as best_share
from valued
group by batch
`
