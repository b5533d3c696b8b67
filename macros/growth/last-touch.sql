{{!--
  The rows of `rows` for which `asked` holds, each with the last touch at or before it: the row for which `touch` holds
  and whose `keys` are the same. `name` is what the touch has in `value`, `name`_at its time. Of touches at one moment
  the last by the order of events counts. Set-based: no row asks on its own.

  `rows` has event_timestamp, funnel_rank, source_event_id and event_id. Other columns may come behind those of `rows`.
--}}
{{#macro "with_last_touch" "rows" "name" keys=(list) touch="" value="" asked="" adapter="duckdb"}}
select asked.*, touches.{{value}} as {{name}}, touches.event_timestamp as {{name}}_at
from (select * from {{rows}} where {{asked}}) as asked
asof left join (
  select {{join keys ", "}}, {{value}}, event_timestamp
  from (
    select
      {{rows}}.*,
      row_number() over (
        partition by {{join keys ", "}}, event_timestamp
        order by funnel_rank desc, source_event_id desc, event_id desc
      ) as place
    from {{rows}}
    where {{touch}}
  ) as ranked
  where place = 1
) as touches
  on {{#each keys as |key|}}touches.{{key}} = asked.{{key}} and {{/each}}asked.event_timestamp >= touches.event_timestamp
{{/macro}}

{{!-- A touch and what comes after it, up to the next, are one stretch. No join: a plan for a table that was just made is a guess. --}}
{{#macro "with_last_touch" "rows" "name" keys=(list) touch="" value="" asked="" adapter="postgres"}}
select *
from (
  select
    counted.*,
    max(case when {{touch}} then {{value}} end) over (partition by {{join keys ", "}}, {{name}}_place) as {{name}},
    max(case when {{touch}} then event_timestamp end) over (partition by {{join keys ", "}}, {{name}}_place) as {{name}}_at
  from (
    select
      {{rows}}.*,
      count(*) filter (where {{touch}}) over (
        partition by {{join keys ", "}}
        order by
          event_timestamp, case when {{touch}} then 0 else 1 end, funnel_rank, source_event_id collate "C", event_id
        rows between unbounded preceding and current row
      ) as {{name}}_place
    from {{rows}}
  ) as counted
) as touched
where {{asked}}
{{/macro}}
