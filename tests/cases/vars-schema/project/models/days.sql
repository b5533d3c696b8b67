select '{{var "start"}}' as day
