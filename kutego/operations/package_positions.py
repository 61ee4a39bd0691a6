"""Package positions: they give a quota of units, and take back what is not used of it."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import Customer, Package, UnitQuota
from kutego.models.position import PositionColumns
from kutego.operations.activity import log_activity
from kutego.operations.effect import Effect, Given, Sale, of_sale, sold_by
from kutego.periods import DAY, add_months
from kutego.texts import gettext as _

if TYPE_CHECKING:
    from kutego.operations.positions import PositionInput


def check_package(_customer: Customer, line: "PositionInput") -> None:
    """A package of the list, for somebody, whole ones only."""
    if line.package_id is None or db.session.get(Package, line.package_id) is None:
        raise DomainError(_("Bitte ein Paket auswählen."))
    if line.participant_id is None:
        raise DomainError(_("Bitte auswählen, wer die Einheiten verwendet."))
    if line.quantity != int(line.quantity):
        raise DomainError(_("Pakete gibt es nur ganz. Bitte eine ganze Menge eingeben."))


def take_package(
    sale: Sale, line: PositionColumns, *, confirmed: frozenset[str], on: date, by: Actor
) -> None:
    """Give the quota; its last day is counted from the day of the sale."""
    package = db.session.get_one(Package, line.package_id)
    expires_on = None
    if package.validity_months:
        expires_on = add_months(on, package.validity_months) - DAY
    quota = UnitQuota(
        customer_id=sale.customer_id,
        participant_id=line.participant_id,
        package=package,
        units=package.units * int(line.quantity),
        bought_on=on,
        expires_on=expires_on,
        created_at=clock.now(),
        **sold_by(sale, line),
    )
    db.session.add(quota)
    log_activity(quota, "unit_quota.created", by=by, units=quota.units, expires_on=expires_on)


def quotas_given(sale: Sale, lines: Sequence[PositionColumns]) -> list[Given]:
    """The quotas of these positions, with what of them was used already."""
    query = (
        select(UnitQuota)
        .where(of_sale(UnitQuota, sale, lines), UnitQuota.withdrawn_on.is_(None))
        .options(
            joinedload(UnitQuota.package),
            joinedload(UnitQuota.participant),
            selectinload(UnitQuota.uses),
        )
    )
    return [
        Given(quota, _told(quota), withdraw_units)
        for quota in db.session.scalars(query.order_by(UnitQuota.id))
    ]


def withdraw_units(quota: UnitQuota, *, on: date, by: Actor) -> None:
    """Take the units back that nobody has used; used ones stay used."""
    if quota.withdrawn_on is not None:
        return
    left = quota.left
    quota.withdrawn += left
    quota.withdrawn_on = on
    log_activity(quota, "unit_quota.withdrawn", by=by, units=left, used=quota.used)


PACKAGE = Effect(
    check=check_package, take=take_package, given=quotas_given, counts=True
)  # fmt: skip


# --- parts ------------------------------------------------------------------------------------


def _told(quota: UnitQuota) -> str:
    facts = {"quota": quota, "left": quota.left, "units": quota.units, "used": quota.used}
    days = ", ".join(f"{use.on:%d.%m.%Y}" for use in quota.uses if use.returned_at is None)
    if not days:
        return _("%(quota)s: alle %(left)s Einheiten verfallen.", **facts)
    return _(
        "%(quota)s: %(left)s von %(units)s Einheiten verfallen; verwendet sind %(used)s "
        "und bleiben es (%(days)s).", days=days, **facts,
    )  # fmt: skip
