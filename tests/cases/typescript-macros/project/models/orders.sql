select {{cents "amount"}} as amount, {{cents "amount" currency="USD" scale=1}} as dollars
from (select 1250 as amount) as given
