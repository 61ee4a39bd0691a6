"""`verify` names whatever was changed behind the program's back."""

import shutil
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Integer,
    String,
    inspect,
    make_url,
    select,
    text,
    update,
)

from kutego import create_core
from kutego.channels import files
from kutego.db import Moment, db, transaction
from kutego.models import (
    Activity,
    ActivityDetail,
    ChainHead,
    ChainSeal,
    Company,
    Contract,
    ContractPeriod,
    Customer,
    Invoice,
    NumberKind,
    NumberRange,
    Refund,
    Rendition,
    TransferFile,
    chained_models,
    triggers,
)
from kutego.money import Hundredths, Money
from kutego.operations.activity import log_activity
from kutego.operations.verification import verify
from tests import factories
from tests.everything import everything
from tests.factories import ANNA

pytestmark = pytest.mark.usefixtures("app")
SECRET = "x" * 40
TABLES = [model.__table__ for model in chained_models()]


# What a row says of itself is worked out here, not by the database: one kind of it will do.
IN_ONE = pytest.mark.databases("sqlite")


@pytest.fixture(scope="module")
def furnished(request, tmp_path_factory):
    """Makes the business once per kind of database: folder and address, to be copied."""
    made = {}

    def make(kind):
        if kind not in made:
            folder = tmp_path_factory.mktemp(f"furnished-{kind}")
            if kind == "sqlite":
                shutil.copy(request.getfixturevalue("sqlite_template"), folder / "kutego.db")
                url = f"sqlite:///{folder}/kutego.db"
            else:
                admin = request.getfixturevalue("postgresql")
                with admin.connect() as connection:
                    connection.execute(text("CREATE DATABASE furnished TEMPLATE kutego_template"))
                url = admin.url.set(database="furnished").render_as_string(hide_password=False)
            app = create_core(database_url=url, instance=folder, secret_key=SECRET)
            with app.app_context():
                factories.company()
                everything()
                db.session.remove()
                db.engine.dispose()
            made[kind] = folder
        return made[kind]

    return make


@pytest.fixture
def app(database_url, database, furnished, request, tmp_path):
    """The furnished business, a fresh copy for each test."""
    folder, url = furnished(database), database_url
    if database == "sqlite":
        shutil.copy(folder / "kutego.db", tmp_path / "kutego.db")
    else:
        admin, name = request.getfixturevalue("postgresql"), f"{make_url(url).database}_copy"
        url = admin.url.set(database=name).render_as_string(hide_password=False)
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE furnished"))
    shutil.copytree(folder / "files", tmp_path / "files")
    app = create_core(database_url=url, instance=tmp_path, secret_key=SECRET)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if database == "postgresql":
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def problems():
    db.session.rollback()
    return [str(problem) for problem in verify()]


@contextmanager
def tampering():
    """Behind the program's back: no triggers, no references, and both back in place afterwards."""
    db.session.rollback()
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
            yield connection
            connection.exec_driver_sql("SET session_replication_role = origin")
            connection.commit()
            return
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
        for name in triggers.existing(connection):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        triggers.install(connection)
        connection.commit()
        driver.execute("PRAGMA foreign_keys = ON")


def other(column, value):
    """Another value that the column could hold."""
    kind = column.type
    if isinstance(kind, Money | Hundredths):
        return (value or Decimal("0.00")) + Decimal("0.01")
    if isinstance(kind, JSON):
        return {"geändert": True}
    if isinstance(kind, Date):
        return (value or date(2026, 1, 1)) + timedelta(days=1)
    if isinstance(value, datetime) or isinstance(kind, DateTime | Moment):
        return (value or datetime(2026, 1, 1, tzinfo=UTC)) + timedelta(seconds=1)
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, Integer):
        return (value or 0) + 1_000
    if hasattr(kind, "enum_class") and kind.enum_class is not None:
        return next(member for member in kind.enum_class if member is not value)
    assert isinstance(kind, String) or hasattr(kind, "impl"), kind
    return f"{value or ''}x"[-(kind.length or 500) :]


def middle(connection, table):
    ids = connection.scalars(select(table.c.id).order_by(table.c.id)).all()
    assert len(ids) >= 3, f"{table.name} needs a first, a middle and a last row"
    return ids[len(ids) // 2]


def test_a_business_that_was_left_alone_is_whole():

    assert problems() == []


@IN_ONE
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_changed_column_of_a_frozen_row_is_named(table):
    with db.engine.connect() as connection:
        id_ = middle(connection, table)
        row = connection.execute(select(table).where(table.c.id == id_)).mappings().one()

    for column in table.columns:
        changed, was = other(column, row[column.name]), row[column.name]
        with tampering() as connection:
            connection.execute(
                update(table).where(table.c.id == id_).values({column.name: changed})
            )
        new_id = changed if column.name == "id" else id_
        found = problems()
        with tampering() as connection:
            connection.execute(update(table).where(table.c.id == new_id).values({column.name: was}))
        assert any(f"{table.name} {new_id}" in line for line in found), (column, found)
    assert problems() == []


@IN_ONE
@pytest.mark.parametrize("which", ["first", "middle", "last"])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_deleted_frozen_row_is_noticed(table, which):
    with tampering() as connection:
        ids = connection.scalars(select(table.c.id).order_by(table.c.id)).all()
        id_ = {"first": ids[0], "middle": ids[len(ids) // 2], "last": ids[-1]}[which]
        row = connection.execute(select(table).where(table.c.id == id_)).mappings().one()
        connection.execute(table.delete().where(table.c.id == id_))

    found = problems()

    assert any(line.startswith(f"Kette {row['chain']}:") for line in found), found


def test_a_cut_tail_with_its_head_set_back_shows_by_the_seal():
    with tampering() as connection:
        seal = connection.execute(select(ChainSeal).order_by(ChainSeal.id.desc())).first()
        chain = seal.sealed_chain
        for table in TABLES:
            connection.execute(
                table.delete().where(table.c.chain == chain, table.c.seq >= seal.count)
            )
        query = " UNION ALL ".join(
            f"SELECT seq, hash FROM {t.name} WHERE chain = {chain}" for t in TABLES
        )
        last = connection.execute(text(f"{query} ORDER BY seq DESC LIMIT 1")).one()
        connection.execute(
            update(ChainHead).where(ChainHead.chain == chain).values(count=last.seq, hash=last.hash)
        )

    assert any(f"Glied {seal.count} war versiegelt und fehlt" in line for line in problems())


@pytest.mark.parametrize("column,value", [("count", 1), ("hash", "0" * 64), ("chain", 4711)])
def test_a_changed_head_is_noticed(column, value):
    customer = factories.customer()
    with transaction(customer):
        log_activity(customer, "customer.tested", by=ANNA)
    with tampering() as connection:
        connection.execute(
            update(ChainHead).where(ChainHead.chain == customer.id).values({column: value})
        )

    assert any(line.startswith(f"Kette {customer.id}:") for line in problems())


def test_a_row_that_cannot_be_read_is_named_and_does_not_stop_the_rest():
    with tampering() as connection:
        connection.execute(text("UPDATE payment SET kind = 'erfunden' WHERE id = 2"))
        connection.execute(text("UPDATE receipt SET number = 'X' WHERE id = 1"))

    found = problems()

    assert "payment 2: Die Zeile ist nicht lesbar." in found
    assert any(line.startswith("receipt 1:") for line in found)


# --- personal facts ---------------------------------------------------------------------------


def test_changed_personal_facts_are_named():
    with tampering() as connection:
        id_ = connection.scalar(select(ActivityDetail.activity_id).limit(1))
        connection.execute(
            update(ActivityDetail)
            .where(ActivityDetail.activity_id == id_)
            .values(facts={"reason": "anders"})
        )

    assert problems() == [f"activity_detail {id_}: Die persönlichen Angaben wurden verändert."]


def test_erased_personal_facts_leave_the_chain_whole():
    with transaction() as session:
        session.execute(ActivityDetail.__table__.delete())

    assert db.session.scalar(select(Activity.personal_digest).limit(1)) is not False
    assert problems() == []


# --- kept sums --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "column",
    [
        Customer.credit,
        Customer.open_amount,
        Invoice.total,
        Invoice.cancelled,
        Invoice.fee,
        Invoice.paid,
        Invoice.open_amount,
        Refund.amount,
    ],
    ids=str,
)
def test_a_kept_sum_that_is_a_cent_off_is_named(column):
    model, name = column.class_, column.key
    with tampering() as connection:
        id_ = connection.scalar(select(model.id).order_by(model.id).limit(1))
        table = model.__tablename__
        connection.execute(text(f"UPDATE {table} SET {name} = {name} + 1 WHERE id = {id_}"))

    found = problems()

    assert any(line.startswith(f"{model.__tablename__} {id_}:") for line in found), found


def test_a_lost_invoice_is_noticed():
    with tampering() as connection:
        connection.execute(text("DELETE FROM invoice WHERE id = 2"))

    found = problems()

    assert "invoice: Es fehlt R-2026-00002." in found


# --- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [k for k in NumberKind if k is not NumberKind.CUSTOMER])
@pytest.mark.parametrize("step", [1, -1])
def test_a_number_range_that_does_not_fit_is_named(kind, step):
    with tampering() as connection:
        connection.execute(
            update(NumberRange)
            .where(NumberRange.kind == kind, NumberRange.year >= 0)
            .values(last=NumberRange.last + step)
        )

    found = problems()

    assert found
    assert {line.split(":")[0] for line in found} == {kind.value}


def test_a_new_pattern_for_numbers_makes_no_gap():
    factories.change_company(number_formats={"invoice": "RE{year}-{number:04d}"})
    factories.invoice()

    assert problems() == []


# --- contracts --------------------------------------------------------------------------------


def test_a_gap_between_periods_is_named_unless_somebody_moved_the_contract():
    contract = db.session.scalars(select(Contract)).one()
    with tampering() as connection:
        last = connection.scalar(select(ContractPeriod.id).order_by(ContractPeriod.id.desc()))
        connection.execute(
            update(ContractPeriod)
            .where(ContractPeriod.id == last)
            .values(first=date(2027, 1, 24), last=date(2027, 2, 22))
        )

    assert problems() == [
        f"contract {contract.id}: Der Zeitraum ab 24.01.2027 schließt nicht an den vorigen an."
    ]
    with transaction(contract):
        log_activity(contract, "contract.shifted", by=ANNA)
    assert problems() == []


# --- files ------------------------------------------------------------------------------------


def stored():
    query = select(Rendition).where(Rendition.sha256.is_not(None)).order_by(Rendition.id)
    return db.session.scalars(query).all()


def overwrite(name, data):
    path = files._path(name)
    path.chmod(0o600)
    path.write_bytes(data)


def test_swapped_files_are_named():
    one, two = stored()[:2]
    first, second = files.read(one.sha256), files.read(two.sha256)
    overwrite(one.sha256, second)
    overwrite(two.sha256, first)

    assert [line.split(":")[0] for line in problems()] == [
        f"rendition {one.id} ({one.name})", f"rendition {two.id} ({two.name})",
    ]  # fmt: skip


def test_a_lost_file_is_named():
    lost = stored()[0]
    files._path(lost.sha256).unlink()

    assert [line.split(":")[0] for line in problems()] == [f"rendition {lost.id} ({lost.name})"]


def test_a_file_of_another_size_than_noted_is_named():
    rendition = stored()[0]
    with tampering() as connection:
        connection.execute(text(f"UPDATE rendition SET size = 1 WHERE id = {rendition.id}"))

    assert [line.split(":")[0] for line in problems()] == [
        f"rendition {rendition.id} ({rendition.name})"
    ]


def test_a_changed_transfer_file_is_named():
    transfer = db.session.scalars(select(TransferFile)).one()
    overwrite(transfer.sha256, b"<Document/>")

    assert [line.split(":")[0] for line in problems()] == [f"transfer_file {transfer.id}"]


# --- triggers ---------------------------------------------------------------------------------


def test_each_dropped_trigger_is_named():
    with db.engine.connect() as connection:
        wanted = triggers.existing(connection)
        postgresql = connection.dialect.name == "postgresql"
    names = [name for name in wanted if "_no_" in name]
    assert len(names) >= 2 * len(TABLES)

    for name in names:
        table = name.partition("_no_")[0]
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP TRIGGER {name}{f' ON {table}' if postgresql else ''}")
        found = problems()
        with db.engine.begin() as connection:
            triggers.install(connection)
        assert [line.split(":")[0] for line in found] == [f"trigger {name}"]


@pytest.mark.databases("postgresql")
def test_a_trigger_that_is_switched_off_is_named():
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE receipt DISABLE TRIGGER receipt_no_change")

    assert [line.split(":")[0] for line in problems()] == ["trigger receipt_no_change"]


@pytest.mark.databases("sqlite")
def test_a_trigger_that_was_made_harmless_is_named():
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER receipt_no_delete")
        connection.exec_driver_sql(
            "CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt BEGIN SELECT 1; END"
        )

    assert [line.split(":")[0] for line in problems()] == ["trigger receipt_no_delete"]


# --- how it reads -----------------------------------------------------------------------------


def test_it_sees_one_moment_while_others_write():
    walk = verify()
    with tampering() as connection:
        connection.execute(text("UPDATE customer SET credit = credit + 1"))
    assert any("Guthaben" in line for line in problems())
    with tampering() as connection:
        connection.execute(text("UPDATE customer SET credit = credit - 1"))

    customer = db.session.scalars(select(Customer)).first()
    with transaction(customer):
        log_activity(customer, "customer.tested", by=ANNA)
    assert [str(problem) for problem in walk] == []


def test_every_frozen_table_has_a_row_here():
    counts = {t.name: db.session.execute(text(f"SELECT count(*) FROM {t.name}")).scalar()
              for t in TABLES}  # fmt: skip
    assert min(counts.values()) >= 3, counts
    assert inspect(Company).mapper.local_table.name == "company"
