-- Each payout keeps the fingerprint with which it was submitted, also when it is taken out of the batch later.
update payout p set fingerprint = line.fingerprint
from unnest(%(payouts)s::bigint[], %(fingerprints)s::bytea[]) line (payout_id, fingerprint)
where p.id = line.payout_id
