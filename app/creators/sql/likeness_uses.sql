-- In which tables these creators stand, beside their channels and what is written of them.
select creator_id, array_agg(distinct place)
from (
    select 'membership' place, creator_id from membership where creator_id = any(%(creators)s)
    union all
    select 'claim' place, creator_id from claim where creator_id = any(%(creators)s)
    union all
    select 'invitation' place, creator_id from invitation where creator_id = any(%(creators)s)
    union all
    select 'contract' place, creator_id from contract where creator_id = any(%(creators)s)
    union all
    select 'offer' place, creator_id from offer where creator_id = any(%(creators)s)
    union all
    select 'stream' place, creator_id from stream where creator_id = any(%(creators)s)
    union all
    select 'show' place, creator_id from show where creator_id = any(%(creators)s)
    union all
    select 'application' place, creator_id from application where creator_id = any(%(creators)s)
    union all
    select 'approach' place, creator_id from approach where creator_id = any(%(creators)s)
    union all
    select 'participation' place, creator_id from participation where creator_id = any(%(creators)s)
    union all
    select 'sample' place, creator_id from sample where creator_id = any(%(creators)s)
    union all
    select 'gift' place, creator_id from gift where creator_id = any(%(creators)s)
    union all
    select 'payout' place, creator_id from payout where creator_id = any(%(creators)s)
    union all
    select 'bank_detail' place, creator_id from bank_detail where creator_id = any(%(creators)s)
    union all
    select 'legal_details' place, creator_id from legal_details where creator_id = any(%(creators)s)
    union all
    select 'tax_profile' place, creator_id from tax_profile where creator_id = any(%(creators)s)
    union all
    select 'invoice' place, creator_id from invoice where creator_id = any(%(creators)s)
    union all
    select 'profile' place, creator_id from profile where creator_id = any(%(creators)s)
    union all
    select 'asking_price' place, creator_id from asking_price where creator_id = any(%(creators)s)
    union all
    select 'shortlist_entry' place, creator_id from shortlist_entry where creator_id = any(%(creators)s)
    union all
    select 'creator_tag' place, creator_id from creator_tag where creator_id = any(%(creators)s)
    union all
    select 'creator_note' place, creator_id from creator_note where creator_id = any(%(creators)s)
) p
group by 1
