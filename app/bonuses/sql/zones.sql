select distinct k.timezone, k.evaluation_day
from contract k
where (%(contracts)s::int[] is null or k.id = any (%(contracts)s::int[]))
    and k.starts_on < %(next)s and k.ends_on >= %(month)s
    and exists (select from bonus b where b.contract_id = k.id and b.first_on < %(next)s and b.last_on >= %(month)s)
