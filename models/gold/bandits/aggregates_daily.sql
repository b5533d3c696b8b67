-- What each arm was shown and earned on each reporting day.
{{arm_aggregates time_window="day" window_start="day_start"}}
