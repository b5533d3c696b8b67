-- Sessions that bounced.
{{config grants=(var "marketing_grants")}}

select
  session_id,
  user_id,
  platform_id,
  session_date,
  session_start,
  campaign_id
from {{ref "silver_session_features"}}
where is_bounce
