{{config group="growth"}}
select revenue from {{ref "revenue"}}
