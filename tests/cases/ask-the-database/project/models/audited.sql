{{config materialized="incremental"}}
{{depends_on "pivoted"}}
select '{{relation_exists (ref "pivoted")}}' as is_pivoted, {{length (columns this)}} as own_columns
