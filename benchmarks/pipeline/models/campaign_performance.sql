{{config materialized="table"}}

select event_date, campaign_id, count(*) as purchases, sum(revenue) as revenue
from {{ref "attributed_purchases"}}
group by event_date, campaign_id
