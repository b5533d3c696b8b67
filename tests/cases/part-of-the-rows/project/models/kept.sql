{{config materialized="incremental" incremental_strategy="append" full_refresh=false}}
select seq from {{ref "orders"}}
{{#if (is_incremental)}}where seq not in (select seq from {{this}}){{/if}}
