-- What is still said of creators as the list left it becomes what was said before.
update creator c
set name = case when c.name = a.after ->> 'name' then a.before ->> 'name' else c.name end,
    country = case when c.country = a.after ->> 'country' then a.before ->> 'country' else c.country end,
    languages = case when to_jsonb(c.languages) = a.after -> 'languages'
        then array(select jsonb_array_elements_text(a.before -> 'languages')) else c.languages end
from list_account a
where a.import_id = %(import_id)s and a.before is not null and a.creator_id = c.id
