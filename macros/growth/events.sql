{{!-- Where an event stands among those of one moment. --}}
{{#macro "funnel_rank" "event_name"}}
case
  when {{is_one_of event_name (var "list_events")}} then 1
  when {{is_one_of event_name (var "click_events")}} then 2
  when {{is_one_of event_name (var "view_events")}} then 3
  when {{is_one_of event_name (var "cart_events")}} then 4
  when {{is_one_of event_name (var "checkout_events")}} then 5
  when {{is_one_of event_name (var "purchase_events")}} then 6
  else 9
end
{{/macro}}
