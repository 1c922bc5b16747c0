-- Final is what hardly anything can change any more: the day after the last commission of the month became available,
-- and after a sale on its last day would have, for a brand may send the month's sales late.
delete from promise p
using deal k
where k.contract_id = p.contract_id
    and greatest(k.evaluates_on,
        (select max(m.available_on) from measure m where m.contract_id = k.contract_id),
        (select %(next)s::date - 1 + max(t.hold_days) from terms t
            where t.contract_id = k.contract_id and t.valid && tstzrange(k.begins_at, k.ends_at))) + 1 > %(today)s
