-- Events kept although a position, a sequence number or a propensity of theirs could not be read and is NULL.
{{config severity="warn"}}

select *
from {{ref "stg_open_bandit_checked"}}
where rejection_reason is null
  and (
    (position is null and position_text is not null)
    or (sequence_number is null and seq_text is not null)
    or (propensity_score is null and propensity_text is not null)
  )
