"""What is changed, and which tests have to notice: the first pattern that fits a file names its tests, quick ones
first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from tests.mutate import python, sql
from tests.mutate.mutants import Mutant

BOOKS = ("tests/ledger/test_books.py", "tests/ledger/test_any_order.py")
BONUSES = (
    "tests/bonuses/test_edges.py",
    "tests/bonuses/test_settlement.py",
    "tests/bonuses/test_properties.py",
)
PAYOUTS = (
    "tests/payouts/test_edges.py",
    "tests/payouts/test_batches.py",
    "tests/payouts/test_random_payouts.py",
)
APPROVAL = ("tests/payouts/test_edges.py", "tests/payouts/test_approval.py", "tests/payouts/test_fingerprint.py")
PAGES = ("tests/payouts/test_edges.py", "tests/payouts/test_pages.py")
SALES = (
    "tests/sales/test_window.py",
    "tests/sales/test_entry_edges.py",
    "tests/sales/test_files.py",
    "tests/sales/test_settlement.py",
    "tests/sales/test_corrections.py",
    "tests/sales/test_withdrawals.py",
    "tests/sales/test_poison.py",
)
REPORTS = (
    "tests/payouts/reports/test_reading.py",
    "tests/payouts/reports/test_reports.py",
    "tests/payouts/reports/test_reconciliation.py",
    "tests/payouts/test_verification.py",
)
SENDING = (
    "tests/payouts/test_sending.py",
    "tests/payouts/test_stripe_account.py",
    "tests/payouts/test_mixed_rails.py",
    "tests/payouts/test_outbound.py",
)
LATE = ("tests/payouts/test_late_claims.py", "tests/payouts/test_interest.py")
PROVIDER = ("tests/payouts/test_provider.py",)
PAYEES = ("tests/payouts/test_verification.py", "tests/payouts/test_mended.py", "tests/payouts/test_edges.py")
LEDGER = ("tests/ledger/test_days.py", "tests/ledger/test_posting.py", "tests/ledger/test_funding.py")
TARGETS: dict[str, Sequence[str]] = {
    "app/money.py": ("tests/test_money.py", "tests/test_formatting.py"),
    "app/*/sql/check_*.sql": BOOKS,
    "app/bonuses/sql/statement_entries.sql": ("tests/bonuses/test_statement.py",),
    "app/bonuses/sql/*.sql": BONUSES,
    "app/bonuses/month_statement.py": ("tests/bonuses/test_statement.py",),
    "app/bonuses/arithmetic.py": ("tests/bonuses/test_statement.py", "tests/desks/test_monthly.py"),
    "app/bonuses/tiers.py": ("tests/desks/test_worth.py",),
    "app/bonuses/settlement.py": BONUSES,
    "app/sales/sql/*.sql": SALES,
    "app/sales/settlement.py": SALES,
    "app/payouts/bank/accounts.py": ("tests/payouts/test_accounts.py",),
    "app/payouts/bank/sepa.py": ("tests/payouts/test_sepa.py", "tests/payouts/test_approval.py"),
    "app/payouts/batches/bankfiles.py": ("tests/payouts/test_sepa.py", "tests/payouts/test_approval.py"),
    "app/payouts/bank/onboarding.py": ("tests/payouts/test_onboarding.py", *APPROVAL),
    "app/payouts/bank/target.py": ("tests/payouts/test_target.py",),
    "app/payouts/bank/*.py": ("tests/payouts/test_bank_checks.py", *PAYEES),
    "app/payouts/reports/*.py": REPORTS,
    "app/payouts/sending/*.py": SENDING,
    "app/payouts/late/*.py": LATE,
    "app/payouts/provider/*.py": PROVIDER,
    "app/payouts/batches/bands.py": ("tests/payouts/test_bands.py",),
    "app/payouts/batches/eligibility.py": ("tests/payouts/test_eligibility.py",),
    "app/payouts/batches/expiry.py": ("tests/payouts/test_expiry.py",),
    "app/payouts/batches/handover.py": ("tests/payouts/test_handover.py", "tests/payouts/test_edges.py"),
    "app/payouts/batches/removal.py": ("tests/payouts/test_removal.py",),
    "app/payouts/batches/leaving.py": ("tests/payouts/test_removal.py", "tests/payouts/test_edges.py"),
    "app/payouts/batches/risks.py": ("tests/payouts/test_risks.py",),
    "app/payouts/batches/archive.py": ("tests/payouts/test_archive.py",),
    "app/payouts/prospects.py": ("tests/payouts/test_prospects.py", "tests/payouts/test_own_days.py"),
    "app/payouts/stages.py": ("tests/payouts/test_stages.py",),
    "app/payouts/unclaimed.py": ("tests/payouts/test_unclaimed.py",),
    "app/payouts/files.py": ("tests/payouts/test_jobs.py",),
    "app/payouts/obstacles.py": ("tests/payouts/test_pages.py", *PAYEES),
    "app/payouts/withdrawal.py": ("tests/sales/test_withdrawals.py",),
    "app/payouts/letters.py": ("tests/payouts/test_letters.py",),
    "app/payouts/sql/late_parts.sql": LATE,
    "app/payouts/sql/provider_*.sql": PROVIDER,
    "app/payouts/sql/report_*.sql": REPORTS,
    "app/payouts/sql/reconciliation.sql": REPORTS,
    "app/payouts/sql/waits_*.sql": (*LATE, "tests/payouts/test_unclaimed.py"),
    "app/payouts/sql/waiting_now.sql": (*LATE, "tests/payouts/test_unclaimed.py"),
    "app/payouts/sql/prospects.sql": ("tests/payouts/test_prospects.py",),
    "app/payouts/sql/payee_*.sql": PAYEES,
    "app/payouts/sql/refused_*.sql": PAYEES,
    "app/payouts/sql/[0-9]*.sql": PAYOUTS,
    "app/payouts/sql/move.sql": PAYOUTS,
    "app/payouts/sql/content.sql": APPROVAL,
    "app/payouts/sql/freeze.sql": APPROVAL,
    "app/payouts/sql/lines_in_payouts.sql": ("tests/payouts/test_edges.py", "tests/sales/test_withdrawals.py"),
    "app/payouts/sql/due_currencies.sql": ("tests/payouts/test_edges.py", "tests/payouts/test_jobs.py"),
    "app/payouts/sql/export_payouts.sql": ("tests/payouts/test_jobs.py",),
    "app/payouts/sql/*.sql": PAGES,
    "app/payouts/batches/assembly.py": PAYOUTS,
    "app/payouts/transfers.py": (*PAYOUTS, "tests/payouts/test_approval.py"),
    "app/payouts/overview.py": PAGES,
    "app/payouts/*.py": (*APPROVAL, "tests/payouts/test_pages.py"),
    "app/ledger/payout_day.py": ("tests/payouts/test_own_days.py", "tests/payouts/test_prospects.py"),
    "app/ledger/schedules.py": ("tests/payouts/test_own_days.py",),
    "app/ledger/receipts.py": ("tests/ledger/test_receipts.py",),
    "app/ledger/checkouts.py": ("tests/ledger/test_checkouts.py", "tests/integrations/test_checkouts.py"),
    "app/ledger/told.py": ("tests/ledger/test_checkouts.py", "tests/integrations/test_checkouts.py"),
    "app/ledger/shortages.py": ("tests/ledger/test_shortages.py",),
    "app/ledger/sql/*.sql": (*LEDGER, "tests/ledger/test_credit_lines.py", "tests/bonuses/test_edges.py", *BOOKS),
    "app/ledger/*.py": (*LEDGER, "tests/ledger/test_credit_lines.py", *BOOKS),
    "app/contracts/terms/coupons.py": ("tests/contracts/test_coupons.py", "tests/sales/test_settlement.py"),
    "app/contracts/terms/current.py": ("tests/contracts/test_current.py",),
    "app/contracts/terms/monthly_lines.py": ("tests/contracts/test_monthly_lines.py",),
    "app/contracts/terms/bonus_rules.py": ("tests/contracts/test_sheet_rules.py",),
}
LEFT_OUT = ("*/__init__.py", "*/blueprint.py", "*/forms.py", "*/models.py", "*/views.py", "*/views/*", "*/jobs.py")


def watched_by(path: str) -> Sequence[str]:
    """The tests that have to notice a change of the file; none where it is not one of the targets."""
    if any(fnmatch(path, pattern) for pattern in LEFT_OUT):
        return ()
    return next((tests for pattern, tests in TARGETS.items() if fnmatch(path, pattern)), ())


def target_files(root: Path) -> list[str]:
    """All files that are changed, relative to the tree."""
    names = (path.relative_to(root).as_posix() for path in sorted((root / "app").rglob("*.*")))
    return [name for name in names if name.endswith((".py", ".sql")) and watched_by(name)]


def mutants_of(root: Path, path: str) -> Iterator[Mutant]:
    """All mutants of a file of SQL or Python."""
    source = (root / path).read_text(encoding="utf-8")
    yield from (sql if path.endswith(".sql") else python).mutants(path, source)
