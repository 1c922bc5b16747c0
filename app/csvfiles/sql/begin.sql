insert into import (kind, file_name, sha256, brand_id, by_id, by_name, started_at)
values (%(kind)s, %(file_name)s, '', %(brand_id)s, %(by_id)s, %(by_name)s, %(at)s)
returning id
