insert into import (kind, file_name, sha256, brand_id, by_name, started_at, finished_at)
values (%(kind)s, %(file_name)s, '', %(brand_id)s, %(by_name)s, %(day)s, %(day)s)
returning id
