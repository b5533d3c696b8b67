select page, count(*) as n_clicks, current_date as day
from {{source "raw" "clicks"}}
where clicked_at >= current_timestamp - interval '7 days'
and clicked_at <= now()
group by page
