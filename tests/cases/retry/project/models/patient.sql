select * from {{ref "flaky"}}
