"""Files as banks make them, for tests: a status report and a statement, in the versions that are about."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.payouts.books import IBANS

OURS = IBANS[3]  # the platform's account


@dataclass(frozen=True)
class Said:
    """What a status report says of one payment."""

    reference: str
    status: str
    reason: str = ""
    words: str = ""
    amount: str = ""


@dataclass(frozen=True)
class Booked:
    """An entry of a statement; amounts in major units, as they stand there."""

    amount: str
    credit: bool = False
    reference: str = ""
    group: str = ""
    count: int | None = None
    returned: str = ""
    text: str = ""
    own: str = ""  # the bank's reference
    iban: str = ""
    name: str = ""
    day: str = "2026-11-16"
    status: str = "BOOK"
    currency: str = "EUR"
    parts: list[tuple[str, str]] = field(default_factory=list)  # reference and amount of single payments


def status_report(
    number: str, said: list[Said], *, whole: str = "", group: str = "", version: str = "03", day: str = "2026-11-16"
) -> bytes:
    """A pain.002 about the file `number`."""
    space = f"urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"
    payments = "".join(_said(each) for each in said)
    inner = f"<GrpSts>{whole}</GrpSts>" if whole else ""
    below = f"<PmtInfSts>{group}</PmtInfSts>" if group else ""
    rest = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{number}</OrgnlPmtInfId>{below}{payments}</OrgnlPmtInfAndSts>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{space}"><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId>'
        f"<CreDtTm>{day}T18:00:00+01:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{number}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001</OrgnlMsgNmId>{inner}</OrgnlGrpInfAndSts>{rest if payments or below else ''}"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def _said(each: Said) -> str:
    why = f"<Rsn><Cd>{each.reason}</Cd></Rsn>" if each.reason else ""
    words = f"<AddtlInf>{each.words}</AddtlInf>" if each.words else ""
    known = f'<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">{each.amount}</InstdAmt></Amt></OrgnlTxRef>' if each.amount else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{each.reference}</OrgnlEndToEndId><TxSts>{each.status}</TxSts>"
        f"{f'<StsRsnInf>{why}{words}</StsRsnInf>' if why or words else ''}{known}</TxInfAndSts>"
    )


def statement(entries: list[Booked], *, account: str = OURS, version: int = 8, notice: bool = False) -> bytes:
    """A camt.053 of version 2 or 8, or a camt.054."""
    kind = "camt.054" if notice else "camt.053"
    body, part = ("BkToCstmrDbtCdtNtfctn", "Ntfctn") if notice else ("BkToCstmrStmt", "Stmt")
    space = f"urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version:02}"
    inside = "".join(_entry(each, version) for each in entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{space}"><{body}><GrpHdr><MsgId>S1</MsgId>'
        f"<CreDtTm>2026-11-16T20:00:00+01:00</CreDtTm></GrpHdr><{part}><Id>1</Id><Acct><Id><IBAN>{account}</IBAN></Id>"
        f"</Acct>{inside}</{part}></{body}></Document>"
    ).encode()


def _entry(each: Booked, version: int) -> str:
    status = f"<Sts><Cd>{each.status}</Cd></Sts>" if version >= 8 else f"<Sts>{each.status}</Sts>"
    batch = ""
    if each.count is not None:
        batch = f"<Btch><PmtInfId>{each.group}</PmtInfId><NbOfTxs>{each.count}</NbOfTxs></Btch>"
    details = "".join(_part(reference, amount, each, version) for reference, amount in each.parts)
    if each.reference or each.text or each.returned or each.name or each.iban:
        details += _detail(each, version)
    direction = "CRDT" if each.credit else "DBIT"
    own = f"<AcctSvcrRef>{each.own}</AcctSvcrRef>" if each.own else ""
    return (
        f'<Ntry><Amt Ccy="{each.currency}">{each.amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
        f"{status}<BookgDt><Dt>{each.day}</Dt></BookgDt><ValDt><Dt>{each.day}</Dt></ValDt>{own}"
        f"<NtryDtls>{batch}{details}</NtryDtls></Ntry>"
    )


def _part(reference: str, amount: str, each: Booked, version: int) -> str:
    written = f'<Amt Ccy="{each.currency}">{amount}</Amt>'
    sums = written if version >= 8 else f"<AmtDtls><TxAmt>{written}</TxAmt></AmtDtls>"
    return f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>{sums}</TxDtls>"


def _detail(each: Booked, version: int) -> str:
    side = "Dbtr" if each.credit else "Cdtr"
    name = f"<Pty><Nm>{each.name}</Nm></Pty>" if version >= 8 else f"<Nm>{each.name}</Nm>"
    other = f"<{side}>{name}</{side}><{side}Acct><Id><IBAN>{each.iban}</IBAN></Id></{side}Acct>"
    back = f"<RtrInf><Rsn><Cd>{each.returned}</Cd></Rsn></RtrInf>" if each.returned else ""
    words = f"<RmtInf><Ustrd>{each.text}</Ustrd></RmtInf>" if each.text else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{each.reference or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<RltdPties>{other if each.name else ''}</RltdPties>{words}{back}</TxDtls>"
    )
