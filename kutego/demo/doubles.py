"""What an office has after a year: people who signed up twice, and a file of old customers."""

from datetime import date

from sqlalchemy import select

from kutego import clock
from kutego.db import db
from kutego.demo.house import OFFICE
from kutego.models import Customer, CustomerState, ImportKind, Origin
from kutego.operations.customers import create_customer
from kutego.operations.duplicates import ask_for_search, search_duplicates, waiting_searches
from kutego.operations.import_run import work_import
from kutego.operations.imports import check_import, map_columns, run_import, upload_import

SAME = ("salutation", "first_name", "last_name", "street", "postcode", "city", "country", "phone")
TWICE = 2  # customers who signed up a second time with another address
OLD = (
    "Kundennummer;Anrede;Vorname;Nachname;Straße;PLZ;Ort;E-Mail\n"
    "A-0815;Frau;Hannelore;Brückner;Rosenweg 3;99089;Erfurt;hannelore.brueckner@example.org\n"
    "A-0816;Herr;Jost;Übermuth;Lindenallee 12;99423;Weimar;jost.uebermuth@example.org\n"
    "A-0817;Herr;Kai;Ohneort;Am Bach 1;994;Weimar;kai.ohneort@example.org\n"
)  # fmt: skip


def add_doubles(on: date) -> None:
    """Import three old customers (one cannot be), make doubles of two, and look for them."""
    with clock.at(clock.noon(on)):
        _import(on)
        people = select(Customer).where(
            Customer.is_company.is_(False), Customer.phone.is_not(None),
            Customer.state == CustomerState.ACTIVE,
        )  # fmt: skip
        for person in db.session.scalars(people.order_by(Customer.id).limit(TWICE)).all():
            values = {name: getattr(person, name) for name in SAME}
            local = (person.email or "").partition("@")[0]
            values |= {"email": f"{local}.neu@example.org", "origin": Origin.NEWSLETTER}
            create_customer(values, by=OFFICE)
        ask_for_search(on=on, by=OFFICE)
        for search_id in waiting_searches():
            search_duplicates(search_id)


def _import(on: date) -> None:
    file = ("Altbestand.csv", OLD.encode("cp1252"))
    made = upload_import(kind=ImportKind.CUSTOMERS, file=file, on=on, by=OFFICE)
    map_columns(made, mapping=made.mapping, on=on, by=OFFICE)
    for step in (check_import, run_import):
        step(made, on=on, by=OFFICE)
        work_import(made.id)
        db.session.rollback()
