-- Versions that have not begun give way: no sale was decided by them.
delete from terms where contract_id = %(contract)s and lower(valid) >= %(from)s
