-- What is said of the creator: what is not known yet, and of a creator who came by a list and whom nobody has taken over
-- what a newer list says.
with told as (
    select c.id, l.line, l.newest and exists (select from creator_list k where k.import_id = c.import_id)
            and not exists (select from membership m where m.creator_id = c.id) as may, l.title, l.country, l.languages
    from listed l
    join creator c on c.id = l.creator_id
    where not l.fresh
), becomes as (
    select t.id, t.line, case when t.may and t.title <> '' then t.title else c.name end as name,
        case when t.country <> '' and (t.may or c.country = 'ZZ') then t.country else c.country end as country,
        case when t.languages <> '{}' and (t.may or c.languages = '{}') then t.languages else c.languages end as languages
    from told t
    join creator c on c.id = t.id
), moved as (
    update creator c
    set name = b.name, country = b.country, languages = b.languages
    from becomes b
    where b.id = c.id and (c.name, c.country::text, c.languages) is distinct from (b.name, b.country, b.languages)
    returning b.line
)
update listed set changed = true
where line in (select line from moved)
