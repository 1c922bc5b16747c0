"""Every kind of damage that books can take from their owner, and the checks that notice it: those and no others.

Most of it is subtle on purpose: the balances are made to fit the damaged entries, so that one check stands alone.
"""

from __future__ import annotations

# The balances as the entries want them, however wrong those are.
REBALANCED = """
    delete from balance;
    insert into balance
    select brand_id, account, case when its then creator_id else 0 end, currency,
        case when its then available_on else date '0001-01-01' end, sum(side.amount)
    from entry
    cross join lateral (values (debit, -entry.amount), (credit, entry.amount)) side (account, amount)
    cross join lateral (select account in ('creator', 'payouts_in_transit') its) whose
    group by 1, 2, 3, 4, 5"""
SALE = "(brand_id, kind, cause) = (1, 'commission', (select sale_id from decision where available_on > '2026-12-01'))"
UNPAID = f"{SALE} and seq = 1"  # a commission that is still pending
PAID = "id = (select min(entry_id) from payout_line where payout_id = 1 and brand_id = 1)"
BONUS = "id = (select min(id) from entry where kind = 'bonus')"
REFUND = (
    "insert into top_up_return (top_up_id, brand_id, kind, provider_ref, amount, currency, happened_at, recorded_at)"
    " values (1, 1, 'refund', 'ch_1:100', 100, 'EUR', now(), now())"
)
REFERENCES_OFF = "set local session_replication_role = replica"


def entry(kind: str, debit: str, credit: str, cause: str, amount: int = 100, creator: str = "1", seq: int = 1) -> str:
    """One more entry of lumen, by the side door."""
    day = "null" if creator == "null" else "date '2026-04-09'"
    return (
        "insert into entry (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on,"
        f" occurred_at, recorded_at) values (1, '{debit}', '{credit}', {creator}, {amount}, 'EUR', '{kind}', {cause},"
        f" {seq}, {day}, now(), now()); {REBALANCED}"
    )


def sale(key: str) -> str:
    """A sale of lumen that nobody asked to settle."""
    return (
        "insert into sale (brand_id, source, order_ref, line_ref, occurred_at, sku, quantity, unit_price, base_minor,"
        f" currency, recorded_at, import_id) values (1, 'shop', '{key}', '1', now(), 'X', 1, 10, 1000, 'EUR', now(), 0)"
    )


DAMAGES: dict[str, tuple[set[str], str]] = {
    # -- balances --
    "a balance has moved between two accounts": (
        {"balances_equal_entries"},
        "update balance set amount = amount + case account when 'brand_funds' then 1 else -1 end"
        " where brand_id = 1 and currency = 'EUR' and account in ('brand_funds', 'platform_revenue')",
    ),
    "a creator's balance has moved to the next day": (
        {"balances_equal_entries"},
        "update balance set available_on = available_on + 1 where account = 'creator' and available_on > '2026-12-01'",
    ),
    "a balance nobody posted": (
        {"balances_equal_entries"},
        "insert into balance values (1, 'bank', 0, 'USD', '0001-01-01', -5),"
        " (1, 'brand_funds', 0, 'USD', '0001-01-01', 5)",
    ),
    "a brand's balance is more than it sent": (
        {"balances_equal_entries", "accounts_sum_to_zero"},
        "update balance set amount = amount + 1 where brand_id = 1 and currency = 'EUR' and account = 'brand_funds'",
    ),
    "a creator has more than was earned": (
        {"balances_equal_entries", "accounts_sum_to_zero", "creators_get_all"},
        "update balance set amount = amount + 1 where account = 'creator' and available_on > '2026-12-01'",
    ),
    "all balances are gone": ({"balances_equal_entries", "creators_get_all"}, "delete from balance"),
    # -- entries by themselves --
    "an entry without a number": ({"entries_are_whole"}, f"update entry set seq = 0 where {UNPAID}"),
    "an entry of less than nothing": (
        {"entries_are_whole"},
        "alter table entry drop constraint ck_entry_amount;"
        f" update entry set debit = credit, credit = debit, amount = -amount where {UNPAID}",
    ),
    "an entry from an account to itself": (
        {"entries_are_whole"},
        "alter table entry drop constraint ck_entry_accounts;"
        f" update entry set credit = debit where kind = 'fee' and seq = 2; {REBALANCED}",
    ),
    "a fee with a day": (
        {"entries_are_whole", "lines_add_up"},
        "alter table entry drop constraint ck_entry_available; update entry set available_on = now() where kind = 'fee'"
        " and seq = 2",
    ),
    "a creator who is gone": (
        {"entries_have_owners"},
        f"{REFERENCES_OFF}; delete from creator where handle = 'joon'",
    ),
    "a brand that is gone": ({"entries_have_owners"}, f"{REFERENCES_OFF}; delete from brand where handle = 'kettle'"),
    # -- lines --
    "a new decision whose difference was not posted": (
        {"lines_add_up"},
        "insert into decision select brand_id, sale_id, 2, rule, label, reason, creator_id, contract_id, terms_id,"
        " stream_id, touch_id, 2 * rate_bps, rate_from, fee_bps, available_on, now(), 'Olga', 'a whim'"
        " from decision where available_on > '2026-12-01'",
    ),
    "a refund whose due row was lost": (
        {"lines_add_up"},
        "insert into refund (brand_id, source, order_ref, line_ref, refund_ref, occurred_at, amount, currency,"
        " recorded_at, import_id) select brand_id, source, order_ref, line_ref, 'lost', now(), 100, 'EUR', now(), 0"
        f" from sale where (brand_id, id) = (select brand_id, cause from entry where {UNPAID})",
    ),
    "a commission posted twice": (
        {"lines_add_up"},
        entry(
            "commission", "brand_funds", "creator", "(select min(cause) from entry where kind = 'commission')", seq=9
        ),
    ),
    "a commission that is gone": ({"lines_add_up"}, f"delete from entry where {UNPAID}; {REBALANCED}"),
    "a commission of one cent more": (
        {"lines_add_up"},
        f"update entry set amount = amount + 1 where {UNPAID}; {REBALANCED}",
    ),
    "a paid commission of one cent more": (
        {"lines_add_up", "payouts_equal_entries"},
        f"update entry set amount = amount + 1 where {PAID}; {REBALANCED}",
    ),
    "a commission on another day": (
        {"lines_add_up"},
        f"update entry set available_on = available_on + 1 where {UNPAID}; {REBALANCED}",
    ),
    "a commission of another creator": (
        {"lines_add_up"},
        f"update entry set creator_id = 2 where {UNPAID}; {REBALANCED}",
    ),
    "an import of sales withdrawn without a reversal": (
        {"lines_add_up"},
        "update import set withdrawn_at = now(), withdrawn_by = 'Olga', withdrawn_reason = 'wrong' where id ="
        " (select import_id from sale s join decision d on d.brand_id = s.brand_id and d.sale_id = s.id"
        " where d.available_on > '2026-12-01')",
    ),
    "an import of refunds withdrawn without a reversal": (
        {"lines_add_up"},
        "update import set withdrawn_at = now(), withdrawn_by = 'Olga', withdrawn_reason = 'wrong' where id ="
        " (select import_id from refund where amount = 3000)",
    ),
    # -- decisions --
    "a sale nobody decides": ({"sales_are_decided"}, sale("forgotten")),
    "a sale whose line was set aside, resolved, and not put back": (
        {"sales_are_decided"},
        sale("forgotten") + "; insert into due_aside (brand_id, source, order_ref, line_ref, reason, set_aside_at,"
        " resolved_at) values (1, 'shop', 'forgotten', '1', 'why', now(), now())",
    ),
    "a decision that was skipped": (
        {"decisions_are_numbered"},
        "update decision set nr = 3 where available_on > '2026-12-01'",
    ),
    "a decision on nothing": (
        {"decisions_are_numbered"},
        "insert into decision (brand_id, sale_id, nr, reason, decided_at) values (1, 99999, 1, 'no_candidate', now())",
    ),
    "a decision by another creator's contract": (
        {"currencies_stay"},
        "update decision set contract_id = (select id from contract where (brand_id, creator_id) = (1, 2))"
        " where available_on > '2026-12-01'",
    ),
    "a decision by another brand's contract": (
        {"currencies_stay"},
        "update decision set contract_id = (select id from contract where (brand_id, creator_id) = (2, 1))"
        " where available_on > '2026-12-01'",
    ),
    # -- causes --
    "a commission on a line that is not decided": (
        {"entries_have_causes"},
        sale("aside") + "; insert into due_aside (brand_id, source, order_ref, line_ref, reason, set_aside_at)"
        " values (1, 'shop', 'aside', '1', 'why', now());"
        + entry("commission", "brand_funds", "creator", "(select id from sale where order_ref = 'aside')"),
    ),
    "a bonus out of nothing": ({"entries_have_causes"}, entry("bonus", "brand_funds", "creator", "999")),
    # -- bonuses --
    "a bonus of one cent more": (
        {"awards_stand"},
        f"update entry set amount = amount + 1 where {BONUS}; {REBALANCED}",
    ),
    "a bonus posted twice": (
        {"awards_stand"},
        entry("bonus", "brand_funds", "creator", "(select min(cause) from entry where kind = 'bonus')", seq=9),
    ),
    "a bonus on another day": (
        {"awards_stand"},
        f"update entry set available_on = available_on + 1 where {BONUS}; {REBALANCED}",
    ),
    "a bonus of another creator": (
        {"entries_have_causes"},
        f"update entry set creator_id = 3 - creator_id where {BONUS}; {REBALANCED}",
    ),
    "an award nobody posted": (
        {"awards_stand"},
        "update award set target = target + 1 where stage = 'above_cap'",
    ),
    "a month that was made final before it was evaluated": (
        {"months_have_awards"},
        "delete from award where stage = 'provisional'",
    ),
    "a bonus in another currency than its promise": (
        {"currencies_stay"},
        "update bonus_month set currency = 'JPY' where id = (select max(id) from bonus_month)",
    ),
    "a reserve without a payout": (
        {"entries_have_causes", "payouts_equal_entries"},
        entry("reserve", "creator", "payouts_in_transit", "999"),
    ),
    "a top-up nobody recorded": (
        {"entries_have_causes", "top_ups_stand_once"},
        entry("top_up", "bank", "brand_funds", "999", creator="null"),
    ),
    "a top-up posted twice": (
        {"top_ups_stand_once"},
        entry("top_up", "bank", "brand_funds", "1", 100_000, "null", seq=2),
    ),
    "a top-up that was approved and not posted": (
        {"top_ups_stand_once"},
        f"delete from entry where kind = 'top_up' and cause = 1; {REBALANCED}",
    ),
    "a rejected top-up that calls itself approved": (
        {"top_ups_stand_once"},
        "update top_up set status = 'approved' where status = 'rejected'",
    ),
    "a top-up of another amount than was posted": (
        {"entries_have_causes", "top_ups_stand_once"},
        "update top_up set amount = amount + 1 where id = 1",
    ),
    "a top-up posted for another brand": (
        {"entries_have_causes", "top_ups_stand_once"},
        f"update entry set brand_id = 2 where kind = 'top_up' and cause = 1; {REBALANCED}",
    ),
    "a fee of Stripe out of nothing": (
        {"entries_have_causes"},
        entry("provider_fee", "platform_revenue", "bank", "999", 25, "null"),
    ),
    "a fee of Stripe that was looked at and not booked": (
        {"provider_fees_stand_once"},
        "insert into provider_movement (number, category, type, amount, fee, net, currency, source, about, description,"
        " created, available_on, fetched_at, fee_booked_at) values ('txn_1', 'charge', 'charge', 100, 25, 75, 'EUR',"
        " 'ch_1', 'pi_1', '', now(), now(), now(), now())",
    ),
    "money taken back for nothing": (
        {"entries_have_causes"},
        entry("taken_back", "brand_funds", "bank", "999", creator="null"),
    ),
    "a refund that was never booked": ({"top_ups_stand_once"}, REFUND),
    "a refund that was booked the other way round": (
        {"entries_have_causes"},
        f"{REFUND}; {entry('taken_back', 'bank', 'brand_funds', '(select id from top_up_return)', creator='null')}",
    ),
    # -- currencies --
    "a sale in another currency than its commission": (
        {"currencies_stay"},
        "update sale set currency = 'JPY' where base_minor = 20000",
    ),
    "a commission in another currency than its sale": (
        {"currencies_stay"},
        f"update entry set currency = 'JPY' where {SALE}; {REBALANCED}",
    ),
    "a payout in another currency than its entries": (
        {"currencies_stay", "payouts_equal_entries"},
        "update payout set currency = 'JPY' where id = 1",
    ),
    # -- payouts --
    "a payment that calls itself a fee": (
        {"creators_get_all", "entries_have_causes", "payouts_equal_entries"},
        "alter table entry drop constraint ck_entry_accounts, drop constraint ck_entry_creator;"
        " update entry set kind = 'take' where kind = 'settle' and brand_id = 1",
    ),
    "a payout of one cent more": ({"payouts_equal_entries"}, "update payout set amount = amount + 1 where id = 1"),
    "a payout that lost an entry": (
        {"payouts_equal_entries"},
        "delete from payout_line where payout_id = 5 and entry_id % 2 = 0",
    ),
    "a failed payout that calls itself paid": (
        {"payouts_equal_entries"},
        f"{REFERENCES_OFF}; update payout set status = 'paid' where status = 'failed'",
    ),
    "a paid payout that calls itself failed": (
        {"payouts_equal_entries"},
        f"{REFERENCES_OFF}; update payout set status = 'failed' where status = 'paid'",
    ),
    "a payout that was returned twice": (
        {"payouts_equal_entries"},
        "insert into entry (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on,"
        " occurred_at, recorded_at) select brand_id, debit, credit, creator_id, amount, currency, kind, cause, 2,"
        f" available_on, occurred_at, recorded_at from entry where kind = 'return'; {REBALANCED}",
    ),
    "one creator's payout pays the other's entry of the same amount": (
        {"payouts_equal_entries"},
        "update payout_line l set payout_id = 6 - payout_id from entry e where e.brand_id = l.brand_id"
        " and e.id = l.entry_id and e.amount = 1000 and l.payout_id in (1, 5)",
    ),
    "one brand pays for another": (
        {"payouts_equal_entries"},
        "update entry set amount = amount + case brand_id when 1 then 1 else -1 end"
        f" where cause = 1 and kind in ('reserve', 'settle'); {REBALANCED}",
    ),
    "a payout of what was not available yet": (
        {"payouts_equal_entries"},
        "update payout_batch set cutoff_on = '2026-01-01' where id = 1",
    ),
    "an entry held for a payout that does not exist": (
        {"payouts_equal_entries"},
        f"insert into payout_line select brand_id, id, 999 from entry where {UNPAID}",
    ),
    "an entry in two live payouts": (
        {"entries_paid_once", "payouts_equal_entries"},
        f"drop index uq_payout_line_live; insert into payout_line select brand_id, id, 5 from entry where {PAID}",
    ),
    "a payout that repaid more of a debt than it says": (
        {"offsets_add_up"},
        "insert into payout_offset values (1, 1, 100000, 5000, 100, 0)",
    ),
    "a debt carried over by no payout": (
        {"offsets_add_up", "creators_get_all"},
        "insert into entry (brand_id, debit, credit, creator_id, amount, currency, kind, cause, seq, available_on,"
        " occurred_at, recorded_at) select 1, 'creator_carried', 'creator', creator_id, 5, 'EUR', 'carry', cause, 3,"
        f" available_on, occurred_at, recorded_at from entry where kind = 'reserve' and cause = 1 and brand_id = 1;"
        f" {REBALANCED}",
    ),
    # -- rights, which a dump that was restored without care gives away --
    "the application may change an entry": ({"history_is_safe"}, "grant update on entry to streamcut_app"),
    "the application may change a column of a decision": (
        {"history_is_safe"},
        "grant update (note) on decision to streamcut_app",
    ),
    "the application may take a balance away": ({"history_is_safe"}, "grant delete on balance to streamcut_app"),
    "the application may empty the sales": ({"history_is_safe"}, "grant truncate on sale to streamcut_app"),
}
