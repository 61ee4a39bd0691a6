"""Products on stock, packages, and the quotas of a customer on the screen (EVT-05, EVT-06)."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.models import (
    CourseCategory,
    Package,
    PositionKind,
    Product,
    Role,
    UnitQuota,
)
from kutego.operations.master_data import save_record
from kutego.periods import DAY
from tests import factories
from tests.factories import ANNA
from tests.views.visitor import staff


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def fresh(query):
    db.session.rollback()
    return db.session.scalars(query).all()


def test_a_product_is_counted_delivered_and_tells_every_movement(app, clerk):
    product = factories.product(name="Leine")
    page = f"/buero/products/{product.id}/"
    assert "Wareneingang" not in clerk.get(page).text  # there is no stock yet

    clerk.send(f"{page}count-stock/", counted="3", reason="Inventur")
    clerk.send(f"{page}receive-stock/", quantity="2,5")
    sold = factories.line(kind=PositionKind.PRODUCT, product_id=product.id)
    invoice = factories.invoice(sold)

    [stock] = fresh(select(Product.stock))
    assert stock == Decimal("4.50")
    movements = clerk.get(f"{page}movements/").text
    for told in ("Gezählt", "Inventur", "Wareneingang", "Verkauft", invoice.number, "4,5"):
        assert told in movements
    clerk.send(f"{page}stop-counting/")
    assert fresh(select(Product.stock)) == [None]


def test_an_instructor_sees_products_and_packages_but_changes_neither(app):
    teacher = staff(app, factories.employee(Role.INSTRUCTOR))
    product = factories.product()

    assert teacher.get(f"/buero/products/{product.id}/").status_code == 200
    for path in (f"products/{product.id}/count-stock/", "packages/new/"):
        assert teacher.get(f"/buero/{path}").status_code == 403
    owner = factories.customer()
    assert teacher.get(f"/buero/customers/{owner.id}/quotas/").status_code == 403


def test_a_package_is_written_with_its_categories_and_methods(clerk):
    groups = save_record(CourseCategory(), {"name": "Gruppen"}, by=ANNA)
    path = "/buero/packages/new/"
    given = {
        "name": "10er-Karte", "units": "10", "validity_months": "12", "price": "120",
        "vat_rate": "19", "categories": str(groups.id), "payment_methods": "bank_transfer",
        "is_active": "1",
    }  # fmt: skip

    assert clerk.send(path, **given | {"units": "0"}).status_code == 422
    assert clerk.send(path, **given).status_code == 302

    [package] = fresh(select(Package))
    assert [c.name for c in package.categories] == ["Gruppen"]
    assert package.payment_methods == ["bank_transfer"]
    shown = clerk.get(f"/buero/packages/{package.id}/").text
    assert "Gruppen" in shown
    assert "Überweisung" in shown
    form = clerk.get(f"/buero/packages/{package.id}/edit/").text
    assert form.count(" checked") == 3  # category, method, active
    free = {name: value for name, value in given.items() if name != "payment_methods"}
    clerk.send(f"/buero/packages/{package.id}/edit/", **free)
    assert fresh(select(Package.payment_methods)) == [None]


def test_a_unit_is_used_and_given_back_from_the_customers_record(clerk):
    today = clock.today()
    dog = factories.participant(first_name="Rex")
    values = {"name": "3er-Karte", "units": 3, "price": Decimal("45.00")}
    package = save_record(Package(), values, by=ANNA)
    sold = factories.line("45.00", kind=PositionKind.PACKAGE, package_id=package.id,
                          participant_id=dog.id)  # fmt: skip
    factories.invoice(sold, of=dog.customer, on=today)
    course = factories.course_date(starts_on=today, ends_on=date(today.year + 1, 12, 31))
    soon = factories.course_day(course, today + 7 * DAY)
    [quota] = db.session.scalars(select(UnitQuota))
    tab = f"/buero/customers/{dog.customer_id}/quotas/"
    assert "3er-Karte" in clerk.get(tab).text
    form = clerk.get(f"{tab}{quota.id}/use-unit/").text
    assert f"{soon.on:%d.%m.%Y}: Welpenkurs" in form

    clerk.send(f"{tab}{quota.id}/use-unit/", course_day=str(soon.id))
    assert fresh(select(UnitQuota.used)) == [1]
    listed = f"/buero/course_dates/{course.id}/attendance/"
    token = clerk.token(f"{listed}columns/")
    clerk.post(f"{listed}columns/", {"csrf_token": token, "column": "units", "size": "50"})
    for page in (listed, f"{listed}{soon.id}/"):
        assert "3er-Karte: 2 von 3" in clerk.get(page).text
    assert "2 von 3 Einheiten übrig" in clerk.get(f"/buero/participants/{dog.id}/").text
    use = quota.uses[0]
    clerk.send(f"{tab}{quota.id}/return-unit/", use=str(use.id))

    assert fresh(select(UnitQuota.used)) == [0]
    shown = clerk.get(f"{tab}{quota.id}/").text
    assert f"{soon.on:%d.%m.%Y} (zurückgegeben)" in shown
