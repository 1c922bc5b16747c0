update import
set withdrawn_at = %(at)s, withdrawn_by = %(by_name)s, withdrawn_reason = %(reason)s
where id = %(import_id)s
