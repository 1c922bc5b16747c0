update import
set sha256 = %(sha256)s, finished_at = %(finished_at)s, read_rows = %(read)s, new_rows = %(new)s,
    updated_rows = %(updated)s, unchanged_rows = %(unchanged)s, rejected_rows = %(rejected)s, repeated_rows = %(repeated)s
where id = %(import_id)s
