-- Each purchase with what was known of its user before that day: rows to train a model on, without the future in them.
{{point_in_time_join
  (concat "(select order_id, user_id, min(event_timestamp) as bought_at from " (ref "fct_purchases") " group by order_id, user_id)")
  (ref "features_user_daily")
  label_time="labelled.bought_at"
  features_wanted=(list "purchases_last_30_days" "sessions_30d" "recency_days" "uses_installments")}}
order by bought_at, order_id
