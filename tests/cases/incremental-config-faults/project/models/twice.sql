{{config unique_key="id" predicates="true" incremental_predicates="true"}}
select 1 as id
