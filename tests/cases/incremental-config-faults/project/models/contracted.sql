{{config contract=(dict enforced=true) unique_key="id"}}
select 1 as id
