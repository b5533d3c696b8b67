-- Every row of the file is either an event or a dead letter.
select *
from (
  select
    (select count(*) from {{ref "open_bandit_events"}}) as in_file,
    (select count(*) from {{ref "stg_open_bandit_events"}}) as accepted,
    (select count(*) from {{ref "stg_open_bandit_rejected"}}) as rejected
) as counted
where in_file <> accepted + rejected
