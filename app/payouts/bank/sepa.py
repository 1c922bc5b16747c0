"""Files for the bank, from frozen payouts: pain.001.001.09 for SEPA, a plain list for everything else. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from flask_babel import gettext
from lxml import etree
from sepaxml import SepaTransfer

from app.csvfiles.cells import guarded
from app.errors import BadInput
from app.money import Money
from app.payouts.bank import checks
from app.payouts.bank.accounts import bank_text

SCHEMA = "pain.001.001.09"
ACCOUNT_COLUMNS = ("reference", "holder", "iban")
DOMESTIC_COLUMNS = ("sort_code", "account_number")  # only of pounds
AMOUNT_COLUMNS = ("amount", "currency", "description")


@dataclass(frozen=True)
class Payment:
    """One payment as it was frozen at submission; `amount` in minor units."""

    reference: str
    holder: str
    iban: str
    amount: int
    currency: str


@dataclass(frozen=True)
class Order:
    """What all payments of a file share: who pays, from where, when, and under which number."""

    number: str  # 35 characters at most; a bank refuses a second file with the same
    payer: str
    payer_iban: str
    made_at: datetime
    execute_on: date
    description: str


class _Transfer(SepaTransfer):  # type: ignore[misc]  # sepaxml ships no types
    """sepaxml's document with our own number and time in place of random ones, and banks left to the IBAN."""

    def __init__(self, order: Order) -> None:
        self.order = order
        payer = {
            "name": bank_text(order.payer, 70) or order.number,
            "IBAN": order.payer_iban,
            "batch": True,
            "currency": "EUR",
        }
        super().__init__(payer, schema=SCHEMA, clean=False)

    def _create_header(self) -> None:
        self.msg_id = self.order.number
        super()._create_header()
        created_at = self._xml.find("CstmrCdtTrfInitn/GrpHdr/CreDtTm")
        created_at.text = self.order.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _create_PmtInf_node(self) -> dict[str, Any]:
        nodes: dict[str, Any] = super()._create_PmtInf_node()
        bank = nodes["FinInstnId_DbtrAgt_Node"]
        other = bank.makeelement("Othr", {})
        bank.append(other)
        other.append(other.makeelement("Id", {}))
        other[0].text = "NOTPROVIDED"
        return nodes

    def _finalize_batch(self) -> None:
        """One group in a file, under the file's own number: a bank's report names either."""
        super()._finalize_batch()
        for group in self._xml.iterfind("CstmrCdtTrfInitn/PmtInf/PmtInfId"):
            group.text = self.order.number

    def _add_to_batch_list(self, TX: dict[str, Any], payment: dict[str, Any]) -> None:
        """A creditor reference stands where banks hand it on unchanged; text beside it is not allowed (EPC)."""
        reference = payment["endtoend_id"]
        if checks.is_creditor_reference(reference):
            remittance = TX["RmtInfNode"]
            remittance.remove(TX["UstrdNode"])
            below = remittance
            for name in ("Strd", "CdtrRefInf"):
                below.append(below.makeelement(name, {}))
                below = below[0]
            for name in ("Tp", "Ref"):
                below.append(below.makeelement(name, {}))
            below[1].text = reference
            kind = below[0]
            for name in ("CdOrPrtry", "Issr"):
                kind.append(kind.makeelement(name, {}))
            kind[1].text = "ISO"
            kind[0].append(kind.makeelement("Cd", {}))
            kind[0][0].text = "SCOR"
        super()._add_to_batch_list(TX, payment)


def transfer_file(order: Order, payments: Sequence[Payment]) -> bytes:
    """A pain.001.001.09 document of euro payments, checked against its schema and what banks ask beside it; BadInput
    when it does not fit."""
    transfer = _Transfer(order)
    for payment in payments:
        transfer.add_payment(
            {
                "name": bank_text(payment.holder, 70) or payment.reference,
                "IBAN": payment.iban,
                "amount": payment.amount,
                "execution_date": order.execute_on,
                "description": bank_text(order.description, 140) or order.number,
                "endtoend_id": payment.reference,
            }
        )
    document: bytes = transfer.export(validate=False)
    if not _schema().validate(etree.fromstring(document)):
        raise BadInput(gettext("The bank would refuse this file: look for an IBAN or amount that can't be."))
    checks.check(document)
    return document


@cache
def _schema() -> etree.XMLSchema:
    """sepaxml's own copy. It would be read and built anew for each file, in Python: half a second, and more for many
    payments."""
    return etree.XMLSchema(file=str(files("sepaxml").joinpath("schemas", f"{SCHEMA}.xsd")))


def payment_list(order: Order, payments: Sequence[Payment]) -> bytes:
    """The same as a CSV file, for a bank's own screen."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    domestic = any(payment.currency == "GBP" for payment in payments)
    writer.writerow((*ACCOUNT_COLUMNS, *(DOMESTIC_COLUMNS if domestic else ()), *AMOUNT_COLUMNS))
    for payment in payments:
        amount = f"{Money(payment.amount, payment.currency).major():f}"
        account = (payment.reference, guarded(payment.holder), payment.iban)
        british = sort_code_and_number(payment.iban) if domestic else ()
        writer.writerow((*account, *british, amount, payment.currency, order.description))
    return text.getvalue().encode()


def sort_code_and_number(iban: str) -> tuple[str, str]:
    """What pounds are sent to within the United Kingdom: a British IBAN holds both; others give two empty texts."""
    if not iban.startswith("GB"):
        return "", ""
    code, number = iban[8:14], iban[14:]
    return f"{code[:2]}-{code[2:4]}-{code[4:]}", number
