select t.name, p.privilege
from (values ('audit_event', 1), ('award', 1), ('bank_detail', 1), ('bank_confirmation', 1), ('bonus_month', 1),
    ('approval_band', 1), ('batch_approval', 1), ('debt_write_off', 1), ('payout_offset', 1), ('decision', 1),
    ('decision_share', 1), ('split_rule', 1), ('entry', 1), ('payout_file', 1), ('refund', 1),
    ('revision', 1), ('sale', 1), ('status_move', 1), ('touch', 1),
    ('market', 1), ('product_price', 1), ('flash_price', 1), ('top_up_return', 1), ('provider_note', 1), ('receipt', 1),
    ('provider_movement', 2), ('batch_closing', 1), ('balance', 2), ('payout_line', 2), ('payout', 2), ('payout_batch', 2),
    ('top_up', 2), ('checkout', 2), ('purchase', 2), ('order_refund', 2), ('contract', 2), ('person', 2), ('membership', 2)) t (name, kept)
cross join (values ('update', 1), ('delete', 2), ('truncate', 2)) p (privilege, from_kept)
where t.kept <= p.from_kept and has_table_privilege('streamcut_app', t.name, p.privilege)
    or p.privilege = 'update' and t.kept = 1 and has_any_column_privilege('streamcut_app', t.name, 'update')
order by 1, 2
