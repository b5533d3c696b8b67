-- What each arm was shown and earned in each UTC hour.
{{arm_aggregates time_window="hour" window_start="hour_start"}}
