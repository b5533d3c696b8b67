{{depends_on "items"}}
select 5 as most
