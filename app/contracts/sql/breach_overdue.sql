update breach set status = 'dismissed', decided_at = %(at)s
where status = 'open' and answer_by + make_interval(days => %(days)s) <= %(at)s
