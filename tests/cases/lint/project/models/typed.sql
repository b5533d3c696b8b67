select click_id, cast(clicked_at as timestamp) as clicked_at
from {{ref "clicks"}}
