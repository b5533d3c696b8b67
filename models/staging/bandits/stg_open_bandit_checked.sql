-- Every row of the Open Bandit file with its values typed and, where it cannot be used, the reason.
{{config materialized="table"}}

with cleaned as (
  select
    nullif({{text_of "policy"}}, '') as policy,
    nullif({{text_of "campaign"}}, '') as campaign,
    nullif({{text_of "item_id"}}, '') as item_id,
    nullif({{text_of "seq"}}, '') as seq_text,
    nullif({{text_of "\"timestamp\""}}, '') as timestamp_text,
    nullif({{text_of "position"}}, '') as position_text,
    nullif({{text_of "click"}}, '') as click_text,
    nullif({{text_of "propensity_score"}}, '') as propensity_text
  from {{ref "open_bandit_events"}}
),
{{!-- The file has no key of its own and equal rows are events of their own, so equal rows are numbered. --}}
numbered as (
  select
    cleaned.*,
    row_number() over (
      partition by
        policy, campaign, item_id, seq_text, timestamp_text, position_text, click_text, propensity_text
      order by policy
    ) as occurrence
  from cleaned
),
typed as (
  select
    {{surrogate_key (list
      "policy" "campaign" "item_id" "seq_text" "timestamp_text" "position_text" "click_text" "propensity_text"
      "occurrence")}} as event_id,
    numbered.*,
    {{safe_cast "timestamp_text" "timestamp"}} as event_timestamp,
    {{safe_cast "click_text" "boolean"}} as is_clicked,
    {{safe_cast "seq_text" "bigint"}} as sequence_number,
    {{safe_cast "position_text" "bigint"}} as position,
    {{safe_cast "propensity_text" "double precision"}} as propensity_score
  from numbered
  {{fence}}
)
select
  event_id,
  'open_bandit_' || policy || '_' || campaign as experiment_id,
  policy,
  campaign,
  item_id,
  event_timestamp,
  is_clicked,
  sequence_number,
  position,
  case when propensity_score > 0 and propensity_score <= 1 then propensity_score end as propensity_score,
  case
    when policy is null then 'missing_policy'
    when campaign is null then 'missing_campaign'
    when item_id is null then 'missing_item_id'
    when timestamp_text is null then 'missing_timestamp'
    when event_timestamp is null then 'invalid_timestamp'
    when click_text is null then 'missing_click'
    when is_clicked is null then 'invalid_click'
  end as rejection_reason,
  seq_text,
  timestamp_text,
  position_text,
  click_text,
  propensity_text
from typed
