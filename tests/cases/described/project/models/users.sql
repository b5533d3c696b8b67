{{config materialized="table" alias="people" tags=(list "nightly") meta=(dict owner="ann") docs=(dict node_color="#A1B2C3" show=false)}}
select 1 as user_id
