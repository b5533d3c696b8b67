-- Sessions that began a checkout and did not buy, with whether the user has bought since.
{{config grants=(var "marketing_grants")}}

{{abandoned_sessions "is_checkout_abandon"}}
