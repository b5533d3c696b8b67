{{config unique_key="id || 'a'"}}
select 1 as id
