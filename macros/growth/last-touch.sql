{{!--
  The rows of `rows` for which `asked` holds, each with its last touches: of each of `touches`, a list of `name` and `keys`,
  the last row at or before it for which `touch` holds and whose `keys` are the same. `name` is what that has in `value`,
  `name`_at its time. Of touches at one moment the last by the order of events counts. Set-based: no row asks on its own.

  `rows` has event_timestamp, funnel_rank, source_event_id and event_id. Other columns may come behind those of `rows`.
--}}
{{#macro "with_last_touches" "rows" touches=(list) touch="" value="" asked="" adapter="duckdb"}}
select
  asked.*{{#each touches as |last|}},
  {{last.name}}_touches.{{value}} as {{last.name}},
  {{last.name}}_touches.event_timestamp as {{last.name}}_at{{/each}}
from (select * from {{rows}} where {{asked}}) as asked
{{#each touches as |last|}}
asof left join (
  {{!-- Most touches are of keys that nobody asks for, and alone in their moment. --}}
  select {{join last.keys ", "}}, event_timestamp, arg_max({{value}}, (funnel_rank, source_event_id, event_id)) as {{value}}
  from {{rows}}
  where {{touch}}
    and ({{join last.keys ", "}}) in (select {{join last.keys ", "}} from {{rows}} where {{asked}})
  group by {{join last.keys ", "}}, event_timestamp
) as {{last.name}}_touches
  on {{#each last.keys as |key|}}{{last.name}}_touches.{{key}} = asked.{{key}} and {{/each}}asked.event_timestamp >= {{last.name}}_touches.event_timestamp
{{/each}}
{{/macro}}

{{!-- A touch and what comes after it, up to the next, are one stretch. No join: a plan for a table that was just made is a guess. --}}
{{#macro "with_last_touches" "rows" touches=(list) touch="" value="" asked="" adapter="postgres"}}
select *
from (
  select
    counted.*{{#each touches as |last|}},
    max(case when {{touch}} then {{value}} end) over (partition by {{join last.keys ", "}}, {{last.name}}_place) as {{last.name}},
    max(case when {{touch}} then event_timestamp end) over (partition by {{join last.keys ", "}}, {{last.name}}_place) as {{last.name}}_at{{/each}}
  from (
    select
      {{rows}}.*{{#each touches as |last|}},
      count(*) filter (where {{touch}}) over (
        partition by {{join last.keys ", "}}
        order by
          event_timestamp, case when {{touch}} then 0 else 1 end, funnel_rank, source_event_id collate "C", event_id
        rows between unbounded preceding and current row
      ) as {{last.name}}_place{{/each}}
    from {{rows}}
    where ({{touch}}) or ({{asked}})
  ) as counted
) as touched
where {{asked}}
{{/macro}}
