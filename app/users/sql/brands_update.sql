update brand b
set name = j.name, country = j.country, currency = j.currency, timezone = j.timezone
from judged j
where j.changed and j.stored = b.id
