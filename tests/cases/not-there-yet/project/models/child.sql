select 1 as parent_id
