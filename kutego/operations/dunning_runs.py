"""Dunning runs, their stages and the base rate as master data, and the run to begin with."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import exists, select

from kutego.actor import Actor
from kutego.db import db, operation, transaction
from kutego.errors import DomainError
from kutego.models import (
    BaseRate,
    DunningCase,
    DunningEntry,
    DunningRun,
    DunningStage,
    StageKind,
    company,
)
from kutego.money import MOST, ZERO, is_amount
from kutego.operations.activity import log_activity
from kutego.operations.dunning_words import KNOWN, STANDARD
from kutego.operations.master_data import changed_fields, rule_for
from kutego.operations.message_templates import CUSTOMER, check_texts
from kutego.texts import gettext as _

HIGHEST_FEE = Decimal("50.00")
BASE_RATES = (
    (date(2023, 1, 1), "1.62"),
    (date(2023, 7, 1), "3.12"),
    (date(2024, 1, 1), "3.62"),
    (date(2024, 7, 1), "3.37"),
    (date(2025, 1, 1), "2.27"),
    (date(2025, 7, 1), "1.27"),
    (date(2026, 1, 1), "1.27"),
)  # as published by the Bundesbank; the office adds those that follow


def standard_run() -> DunningRun | None:
    """The run of every invoice that no other was chosen for."""
    return db.session.scalar(select(DunningRun).where(DunningRun.is_standard))


def ensure_standard_run(*, by: Actor) -> DunningRun:
    """The standard run, made with its stages where there is none yet (spec DUN-05)."""
    if (known := standard_run()) is not None:
        return known
    with transaction(company()) as session:
        if (known := standard_run()) is not None:
            return known
        run = DunningRun(name=_("Standard"), is_standard=True)
        for kind, name, days, fee, subject, text in STANDARD:
            run.stages.append(
                DunningStage(
                    name=_(name), kind=kind, days=days,
                    fee=Decimal(fee), subject=_(subject), text=_(text),
                )
            )  # fmt: skip
        run.stages = _in_order(run.stages)
        session.add(run)
        if not session.scalar(select(exists().where(BaseRate.id.is_not(None)))):
            session.add_all(BaseRate(valid_from=day, rate=Decimal(rate))
                            for day, rate in BASE_RATES)  # fmt: skip
        session.flush()
        log_activity(run, "dunning_run.created", by=by)
        return run


@operation
def make_standard(run: DunningRun, *, on: date, by: Actor) -> None:
    """Let every invoice without a run of its own follow this one from now on."""
    if run.is_standard:
        raise DomainError(_("„%(name)s“ ist schon der Standardlauf.", name=run.name))
    if not run.is_active or not any(stage.is_active for stage in run.stages):
        raise DomainError(_("Der Standardlauf muss aktiv sein und mindestens eine Stufe haben."))
    if (before := standard_run()) is not None:
        before.is_standard = False
    run.is_standard = True
    log_activity(run, "dunning_run.made_standard", by=by)


@rule_for(DunningRun)
def check_run(run: DunningRun, by: Actor) -> None:
    """A run has a name of its own, and the standard one is in use."""
    if not run.name:
        raise DomainError(_("Bitte dem Mahnlauf einen Namen geben."))
    named = select(DunningRun.id).where(DunningRun.name == run.name, DunningRun.id != (run.id or 0))
    if db.session.scalar(named) is not None:
        raise DomainError(_("Einen Mahnlauf „%(name)s“ gibt es schon.", name=run.name))
    if run.is_standard and run.is_active is False:
        raise DomainError(
            _("Der Standardlauf bleibt aktiv. Bitte machen Sie zuerst einen anderen zum Standard.")
        )
    least = ZERO if run.minimum_amount is None else run.minimum_amount
    if not is_amount(least) or not ZERO <= least <= MOST:
        raise DomainError(_("Der Mindestbetrag liegt zwischen 0,00 € und 9.999.999,99 €."))
    run.minimum_amount = least


@rule_for(DunningStage)
def check_stage(stage: DunningStage, by: Actor) -> None:
    """The days are the order, so no two stages share one; a fee comes with a notice only."""
    if not stage.name:
        raise DomainError(_("Bitte der Stufe einen Namen geben, zum Beispiel „1. Mahnung“."))
    stage.fee = stage.fee or ZERO
    if stage.days is None or not -365 <= stage.days <= 1825:
        raise DomainError(_("Die Tage liegen zwischen -365 (vorher) und 1825 (nachher)."))
    if not 0 <= (stage.new_due_days or 0) <= 90:
        raise DomainError(_("Die neue Zahlungsfrist liegt zwischen 0 und 90 Tagen."))
    _check_fee(stage)
    check_texts(stage.subject, stage.text, [*CUSTOMER, *KNOWN])
    others = _others(stage)
    if any(other.days == stage.days and other.is_active for other in others) and stage.is_active:
        raise DomainError(
            _("Eine Stufe nach %(days)s Tagen hat dieser Mahnlauf schon.", days=stage.days)
        )
    _keep_order(stage, others)


@rule_for(BaseRate)
def check_base_rate(rate: BaseRate, by: Actor) -> None:
    """It changes on the first of January and July only (§ 247 (1) BGB)."""
    if rate.valid_from is None or (rate.valid_from.day, rate.valid_from.month) not in (
        (1, 1), (1, 7),
    ):  # fmt: skip
        raise DomainError(_("Der Basiszinssatz ändert sich nur zum 1. Januar und zum 1. Juli."))
    if rate.rate is None or not -10 <= rate.rate <= 20:
        raise DomainError(_("Der Basiszinssatz liegt zwischen -10 und 20 Prozent."))


def newest_rate_is_old(on: date) -> bool:
    """Whether the Bundesbank has published a rate that is not in the table."""
    newest = db.session.scalar(select(BaseRate.valid_from).order_by(BaseRate.valid_from.desc()))
    return newest is None or on >= (newest + timedelta(days=190)).replace(day=1)


# --- parts ------------------------------------------------------------------------------------


def _check_fee(stage: DunningStage) -> None:
    """Damages, so modest, and not for the letter that only puts the debtor in default."""
    if not is_amount(stage.fee) or not ZERO <= stage.fee <= HIGHEST_FEE:
        raise DomainError(
            _("Die Mahngebühr liegt zwischen 0,00 € und 50,00 €. Gerichte halten wenige Euro für "
              "angemessen.")
        )  # fmt: skip
    if stage.fee and (stage.kind is StageKind.REMINDER or stage.days <= 0):
        raise DomainError(
            _("Eine Gebühr gibt es erst mit einer Mahnung nach der Fälligkeit. Eine "
              "Zahlungserinnerung kostet nichts.")
        )  # fmt: skip


def _others(stage: DunningStage) -> list[DunningStage]:
    query = select(DunningStage).where(
        DunningStage.run_id == stage.run_id, DunningStage.id != (stage.id or 0)
    )
    return list(db.session.scalars(query.order_by(DunningStage.days)))


def _keep_order(stage: DunningStage, others: list[DunningStage]) -> None:
    """A stage that has fired stays between its neighbours, or it would fire once more."""
    old = changed_fields(stage).get("days", [None])[0] if stage.id else None
    if old is None or not db.session.scalar(
        select(exists().where(DunningEntry.stage_id == stage.id))
    ):
        return
    low, high = sorted((old, stage.days))
    if any(low <= other.days <= high for other in others):
        raise DomainError(
            _("Nach „%(name)s“ wurde schon gemahnt: Ihr Platz unter den Stufen bleibt. Legen Sie "
              "stattdessen eine neue Stufe an.", name=stage.name)
        )  # fmt: skip
    cases = select(DunningCase).where(DunningCase.stage_id == stage.id)
    for case in db.session.scalars(cases):
        case.reached = stage.days


def _in_order(stages: list[DunningStage]) -> list[DunningStage]:
    """A reminder that came late pushes nothing: the stages after it follow a week apart."""
    last = -1
    for stage in stages:
        stage.days = max(stage.days, last + 7) if last >= 0 else stage.days
        last = stage.days
    return stages
