{{!-- The number of the next publication in the table of this model; the first is 1. --}}
{{#macro "next_publication"}}
{{#if (is_incremental)}}
(select coalesce(max(recorded.publication), 0) from {{this}} as recorded) + 1
{{else}}
cast(1 as bigint)
{{/if}}
{{/macro}}

{{!-- Whether the rows are of another snapshot than the latest publication. --}}
{{#macro "is_unpublished" "rows"}}
{{#if (is_incremental)}}
not exists (
  select 1
  from {{this}} as recorded
  where recorded.snapshot_id = {{rows}}.snapshot_id
    and recorded.publication = (select max(latest.publication) from {{this}} as latest)
)
{{else}}
1 = 1
{{/if}}
{{/macro}}
