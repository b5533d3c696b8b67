select * from {{source "raw" "old"}}
