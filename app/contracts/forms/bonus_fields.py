"""The part of an offer's form about monthly money: a retainer, a guarantee, a quota and a threshold, one of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.contracts.terms.kinds import BonusKind, ConditionKind, Measure, Mode, Period, Tiering
from app.contracts.terms.sheet import Bonus, Condition, Step
from app.web.fields import (
    AmountField,
    PercentField,
    WholeField,
    words_of,
)
from app.web.numbers import read_amount, read_whole, written_amount

STEPS = (1, 2, 3, 4)
PLEDGES = (BonusKind.GUARANTEE, BonusKind.QUOTA)  # an amount that depends on conditions
# condition: how its field is called behind `guarantee_` or `quota_`
FIELD_OF: dict[str, str] = dict(
    zip(ConditionKind, ("minutes", "streams", "posts", "no_breach", "refunds"), strict=True)
)


def _step_start(form: Any, field: Any) -> None:
    """Reads where a step begins, by what the threshold measures; empty is no step."""
    field.start = None
    if field.data and field.data.strip():
        try:
            text, money = field.data.strip(), form.threshold_measure.data == Measure.NET_SALES
            field.start = read_amount(text, form.meta.currency) if money else read_whole(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


def _start(nr: int) -> StringField:
    return StringField(_("Step %(nr)s begins at", nr=nr), [_step_start])


def _rate(nr: int) -> PercentField:
    return PercentField(_("Step %(nr)s: percent", nr=nr))


def _amount(nr: int) -> AmountField:
    return AmountField(_("Step %(nr)s: fixed amount", nr=nr))


class BonusFields(FlaskForm):
    """Fields for the monthly lines that fit into them; what does not, is kept as it is and said beside them."""

    retainer_amount = AmountField(_("Retainer each month"), description=_("Paid regardless of sales. Empty: none."))

    guarantee_amount = AmountField(
        _("Guaranteed each month"), description=_("Lower commissions are topped up to this amount. Empty: none.")
    )
    guarantee_counts_retainer = BooleanField(_("The retainer counts towards the guarantee"))
    guarantee_minutes = WholeField(_("Guarantee: valid streaming minutes"))
    guarantee_streams = WholeField(_("Guarantee: valid streams"))
    guarantee_posts = WholeField(_("Guarantee: posts"))
    guarantee_refunds = PercentField(_("Guarantee: refund rate below (percent)"))
    guarantee_no_breach = BooleanField(_("Guarantee: only without an open breach"))
    guarantee_mode = SelectField(
        _("Guarantee: when a condition is missed"), choices=words_of(Mode), default=Mode.SCALED
    )

    quota_amount = AmountField(_("Quota bonus each month"), description=_("Paid for effort. Empty: none."))
    quota_minutes = WholeField(_("Quota: valid streaming minutes"))
    quota_streams = WholeField(_("Quota: valid streams"))
    quota_posts = WholeField(_("Quota: posts"))
    quota_refunds = PercentField(_("Quota: refund rate below (percent)"))
    quota_no_breach = BooleanField(_("Quota: only without an open breach"))
    quota_mode = SelectField(_("Quota: when a condition is missed"), choices=words_of(Mode), default=Mode.SCALED)

    threshold_measure = SelectField(
        _("Threshold measured by"), choices=words_of(Measure, _("No threshold bonus")), default=""
    )
    threshold_period = SelectField(
        _("Threshold counted over"),
        choices=[
            SelectChoice(Period.MONTH, Period.MONTH.label),
            SelectChoice(Period.CONTRACT, _("The whole contract")),
        ],
    )
    threshold_tiering = SelectField(_("Threshold paid for"), choices=words_of(Tiering), default=Tiering.MARGINAL)
    threshold_sticky = BooleanField(_("A reached step is kept in the months that follow"))
    threshold_from_1, threshold_rate_1, threshold_amount_1 = _start(1), _rate(1), _amount(1)
    threshold_from_2, threshold_rate_2, threshold_amount_2 = _start(2), _rate(2), _amount(2)
    threshold_from_3, threshold_rate_3, threshold_amount_3 = _start(3), _rate(3), _amount(3)
    threshold_from_4, threshold_rate_4, threshold_amount_4 = _start(4), _rate(4), _amount(4)

    kept: tuple[Bonus, ...] = ()  # lines that no field shows

    def bonuses(self) -> tuple[Bonus, ...]:
        """The lines that are filled in, then those that are kept."""
        return (*self._filled(), *self.kept)

    def fill_bonuses(self, bonuses: tuple[Bonus, ...]) -> None:
        """Shows the first line of each kind that fits; the others are kept."""
        self.keep_bonuses(bonuses)
        for bonus in bonuses:
            if bonus not in self.kept:
                self._show(bonus)

    def keep_bonuses(self, bonuses: tuple[Bonus, ...]) -> None:
        """Notes which lines of the version that is worked on have no field."""
        shown: set[str] = set()
        kept = []
        for bonus in bonuses:
            if bonus.kind in shown or not _fits(bonus):
                kept.append(bonus)
            shown.add(bonus.kind)
        self.kept = tuple(kept)

    def _filled(self) -> Iterator[Bonus]:
        if self.retainer_amount.data is not None:
            yield Bonus(BonusKind.RETAINER, self.retainer_amount.data)
        for kind in PLEDGES:
            amount = self[f"{kind}_amount"].data
            if amount is not None:
                counts = kind == BonusKind.GUARANTEE and bool(self.guarantee_counts_retainer.data)
                conditions = tuple(self._conditions(kind))
                yield Bonus(kind, amount, conditions, self[f"{kind}_mode"].data, counts_retainer=counts)
        if self.threshold_measure.data:
            yield Bonus(
                BonusKind.THRESHOLD,
                measure=self.threshold_measure.data,
                period=self.threshold_period.data,
                tiering=self.threshold_tiering.data,
                sticky=bool(self.threshold_sticky.data),
                steps=tuple(self._steps()),
            )

    def _conditions(self, kind: str) -> Iterator[Condition]:
        for what, name in FIELD_OF.items():
            value = self[f"{kind}_{name}"].data
            if what == ConditionKind.NO_OPEN_BREACH:
                if value:
                    yield Condition(what)
            elif value is not None:
                yield Condition(what, value)

    def _steps(self) -> Iterator[Step]:
        for nr in STEPS:
            start = getattr(self[f"threshold_from_{nr}"], "start", None)
            if start is not None:
                yield Step(start, self[f"threshold_rate_{nr}"].data, self[f"threshold_amount_{nr}"].data)

    def _show(self, bonus: Bonus) -> None:
        if bonus.kind == BonusKind.THRESHOLD:
            self._show_threshold(bonus)
            return
        self[f"{bonus.kind}_amount"].data = bonus.amount
        if bonus.kind in PLEDGES:
            self[f"{bonus.kind}_mode"].data = bonus.mode
            for each in bonus.conditions:
                breach = each.what == ConditionKind.NO_OPEN_BREACH
                self[f"{bonus.kind}_{FIELD_OF[each.what]}"].data = True if breach else each.required
        if bonus.kind == BonusKind.GUARANTEE:
            self.guarantee_counts_retainer.data = bonus.counts_retainer

    def _show_threshold(self, bonus: Bonus) -> None:
        for name in ("measure", "period", "tiering", "sticky"):
            self[f"threshold_{name}"].data = getattr(bonus, name)
        for nr, step in zip(STEPS, bonus.steps, strict=False):
            money, start = bonus.measure == Measure.NET_SALES, self[f"threshold_from_{nr}"]
            start.start = step.from_value
            start.data = written_amount(step.from_value, self.meta.currency) if money else str(step.from_value)
            self[f"threshold_rate_{nr}"].data = step.rate_bps
            self[f"threshold_amount_{nr}"].data = step.amount

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: a step without a beginning says nothing."""
        fine: bool = super().validate(extra_validators)
        for nr in STEPS:
            if f"threshold_from_{nr}" not in self:
                continue
            start, pays = self[f"threshold_from_{nr}"], (self[f"threshold_rate_{nr}"], self[f"threshold_amount_{nr}"])
            if not (start.data or "").strip() and any(field.data is not None for field in pays):
                start.errors = [*start.errors, gettext("Fill in where this step begins, or empty the whole step.")]
                fine = False
        return fine


def _fits(bonus: Bonus) -> bool:
    """Whether the fields can say all of a line."""
    if bonus.kind == BonusKind.RETAINER:
        return bonus == Bonus(BonusKind.RETAINER, bonus.amount)
    if bonus.kind == BonusKind.THRESHOLD:
        values = {name: getattr(bonus, name) for name in ("measure", "period", "tiering", "sticky", "steps")}
        return len(bonus.steps) <= len(STEPS) and bonus == Bonus(BonusKind.THRESHOLD, **values)
    kinds = [each.what for each in bonus.conditions]
    return bonus.kind in PLEDGES and set(kinds) <= set(FIELD_OF) and len(set(kinds)) == len(kinds)
