{{config materialized="incremental" unique_key="id"}}
select {{#if (is_incremental)}}2{{else}}1{{/if}} as id
