{{config materialized="incremental" unique_key="id" on_schema_change="append_new_columns"}}
select {{#if (is_incremental)}}2{{else}}1{{/if}} as id, 'seen' as kind
