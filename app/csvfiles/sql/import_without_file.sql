insert into import (kind, file_name, sha256, brand_id, by_id, by_name, started_at, finished_at)
values (%(kind)s, %(name)s, '', %(brand_id)s, %(by_id)s, %(by_name)s, %(at)s, %(at)s)
returning id
