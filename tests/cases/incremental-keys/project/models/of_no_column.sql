{{config unique_key="order_id"}}
select 1 as id
