-- What a product was called and what it cost at the end of each day on which it was seen, price experiments apart.
{{config
  materialized="incremental"
  unique_key=(list "product_id" "event_date")
  indexes=(looked_up_by (list (list "product_id" "event_date")))
}}

with observed as (
  select
    product_id,
    event_date,
    product_name,
    unit_list_price as price,
    event_timestamp,
    funnel_rank,
    {{by_bytes "source_event_id"}} as source_event_id,
    event_id
  from {{new_rows "fct_events"}} as new_events
  where product_id <> 'none'
    and product_name is not null
    and unit_list_price is not null
    and not coalesce({{is_one_of "experiment_id" (var "price_experiments")}}, false)
),
candidates as (
  select * from observed
  {{#if (is_incremental)}}
  union all
  select
    product_id, event_date, product_name, price, event_timestamp, funnel_rank,
    {{by_bytes "source_event_id"}}, event_id
  from {{this}}
  where (product_id, event_date) in (select product_id, event_date from observed)
  {{/if}}
),
{{!-- Of the last moment, which seldom has more than one. --}}
last_moments as (
  select product_id, event_date, max(event_timestamp) as event_timestamp
  from candidates
  group by product_id, event_date
),
ranked as (
  select
    candidates.*,
    row_number() over (
      partition by candidates.product_id, candidates.event_date
      order by candidates.funnel_rank desc, {{by_bytes "candidates.source_event_id"}} desc, candidates.event_id desc
    ) as place
  from last_moments
  inner join candidates
    on candidates.product_id = last_moments.product_id
    and candidates.event_date = last_moments.event_date
    and candidates.event_timestamp = last_moments.event_timestamp
)
select product_id, event_date, product_name, price, event_timestamp, funnel_rank, source_event_id, event_id
from ranked
where place = 1
