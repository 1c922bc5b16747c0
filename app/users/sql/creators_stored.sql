select c.id, c.import_id, c.handle, c.name, c.country::text, array_to_string(c.languages, '|') as languages, c.timezone
from creator c
