-- Checkouts worth var(high_value_cart_threshold) or more that were left, with whether the user has bought since.
{{config grants=(var "marketing_grants")}}

{{abandoned_sessions "is_high_value_abandon"}}
