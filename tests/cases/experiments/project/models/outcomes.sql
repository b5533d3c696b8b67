select 'button' as experiment_id, 'u1' as user_id, 'grey' as variant, 1 as purchased, 20.0 as revenue, 0.0 as revenue_before, 0 as bounces, 2 as sessions
