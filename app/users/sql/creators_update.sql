update creator c
set name = j.name, country = j.country, languages = string_to_array(j.languages, '|'), timezone = j.timezone
from judged j
where j.changed and j.stored = c.id
