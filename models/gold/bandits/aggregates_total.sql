-- What each arm was shown and earned in all.
{{arm_aggregates time_window="all" window_start="cast(null as timestamp)"}}
