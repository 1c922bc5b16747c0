-- Final is what nothing can change any more: the day after the last commission of the month became available.
delete from promise p
using deal k
where k.contract_id = p.contract_id
    and greatest(k.evaluates_on, (
        select max(m.available_on) from measure m where m.contract_id = k.contract_id)) + 1 > %(today)s
