select cast({{var "text" "'one'"}} as integer) as id from {{ref "a"}}
