-- Keys that rows of A/B tests name and no row has: users, visits, products, and variants that their experiment does not declare.
{{config severity="warn"}}

with named as (
  select 'sessions' as named_by, 'user_id' as named_key, user_id as value
  from {{ref "sessions"}}
  union all
  select 'experiment_assignments', 'user_id', user_id
  from {{ref "experiment_assignments"}}
  union all
  select 'events_clean', 'user_id', user_id
  from {{ref "events_clean"}}
  union all
  select 'events_clean', 'session_id', session_id
  from {{ref "events_clean"}}
  union all
  select 'events_clean', 'product_id', product_id
  from {{ref "events_clean"}}
  union all
  select 'experiment_assignments', 'variant', experiment_id || '/' || variant
  from {{ref "experiment_assignments"}}
  where experiment_id in (select experiment_id from {{ref "stg_declared_tests"}})
),
known as (
  select 'user_id' as known_key, user_id as value
  from {{ref "users"}}
  union all
  select 'session_id', session_id
  from {{ref "sessions"}}
  union all
  select 'product_id', product_id
  from {{ref "products"}}
  union all
  select 'variant', experiment_id || '/' || variant
  from {{ref "stg_declared_variants"}}
)
select named.named_by, named.named_key, named.value, count(*) as named_rows
from named
left join known
  on known.known_key = named.named_key
  and known.value = named.value
where named.value is not null
  and known.value is null
group by named.named_by, named.named_key, named.value
