select current_timestamp as loaded_at, 1 as id where false
