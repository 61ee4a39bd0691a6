"""How the house is built, kept by tests: floors, one way to write, one clock, small files."""

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import kutego.operations
from kutego.models import chained_models, triggers

ROOT = Path(__file__).parent.parent
PROGRAM = [
    path
    for path in sorted((ROOT / "kutego").rglob("*.py"))
    if "migrations" not in path.parts  # written by Alembic
]
OPERATIONS = [
    importlib.import_module(f"kutego.operations.{module.name}")
    for module in pkgutil.iter_modules(kutego.operations.__path__)
]

# Lines of a file, by folder; the first that fits counts.
LIMITS = {
    "kutego/operations": 250,
    "kutego/models": 250,
    "kutego/views/office": 120,
    "kutego/views/portal": 120,
    "kutego/views/public": 120,
    "templates": 120,
}
LONGEST_FUNCTION = 60

# Operations that need no person, each with the reason.
WITHOUT_PERSON = {
    "choose_theme": "an employee changes how the program looks to them alone",
    "note_sent": "what became of a delivery, told by the mail server",
    "note_failed": "as note_sent",
    "note_unclear": "as note_sent",
    "suppress_message": "follows from the lock of a customer, whoever wrote the message",
}

# Where rows are written below the operations, each with the reason.
COMMITTING = {
    "kutego/db.py": "the one way to write",
    "kutego/backup.py": "puts whole tables back into an empty database, below every rule",
}


def named(path):
    return str(path.relative_to(ROOT))


def functions(path):
    tree = ast.parse(path.read_text())
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def operations():
    found = {}
    for module in OPERATIONS:
        for name, value in vars(module).items():
            is_own = getattr(value, "__module__", None) == module.__name__
            if getattr(value, "is_operation", False) and is_own and name[0] != "_":
                found[name] = value
    return found


OPERATION_NAMES = sorted(operations())


def test_there_are_operations_to_look_at():
    assert {"deposit_credit", "cancel_positions", "shift_contract", "withdraw_offer"} <= set(
        OPERATION_NAMES
    )


@pytest.mark.parametrize("name", OPERATION_NAMES)
def test_an_operation_is_told_who_and_when_by_name(name):
    parameters = inspect.signature(operations()[name]).parameters

    positional = [p for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert len(positional) <= 2, "the record, or the record and its values, then names"
    for told in ("on", "by"):
        if told in parameters:
            assert parameters[told].kind is inspect.Parameter.KEYWORD_ONLY
    assert "by" in parameters or name in WITHOUT_PERSON


@pytest.mark.parametrize("module", OPERATIONS, ids=lambda m: m.__name__.rpartition(".")[2])
def test_every_public_function_of_the_operations_says_what_it_does(module):
    silent = [
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and not name.startswith("_")
        and value.__module__ == module.__name__
        and not inspect.getdoc(value)
    ]

    assert silent == []


def test_only_db_commits():
    committing = {
        named(path) for path in PROGRAM if re.search(r"\.(commit|begin)\(\)", path.read_text())
    }

    assert committing <= set(COMMITTING)


def test_only_the_clock_asks_what_time_it_is():
    asking = {
        named(path)
        for path in PROGRAM
        if re.search(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(", path.read_text())
    }

    assert asking == {"kutego/clock.py"}


def test_nothing_but_the_web_knows_flask_forms_or_the_request():
    """import-linter keeps the floors; this is about names that come in by another door."""
    floors = ("operations", "models", "rendering")
    knowing = {
        named(path)
        for path in PROGRAM
        if path.relative_to(ROOT / "kutego").parts[0] in floors
        and re.search(r"\b(request|session\[|flash|current_user|url_for)\b\(?", path.read_text())
        and "from flask" in path.read_text()
    }

    assert knowing == set()


def test_the_floors_are_checked_by_make_check():
    makefile, settings = (ROOT / "Makefile").read_text(), (ROOT / "pyproject.toml").read_text()

    check = makefile.partition("\ncheck:")[2].partition("\n\n")[0]
    assert "lint-imports" in check
    assert settings.count("[[tool.importlinter.contracts]]") >= 2


def test_no_file_is_too_long_to_read():
    files = [*PROGRAM, *(p for p in sorted((ROOT / "templates").rglob("*")) if p.is_file())]
    limits = {
        path: next((most for start, most in LIMITS.items() if named(path).startswith(start)), None)
        for path in files
    }
    lengths = {
        path: len(path.read_text().splitlines())
        for path, most in limits.items()
        if most is not None and path.name != "__init__.py"
    }

    too_long = {named(p): n for p, n in lengths.items() if n > (limits[p] or 0)}

    assert too_long == {}


def test_no_function_is_too_long_to_read():
    too_long = {
        f"{named(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path in PROGRAM
        for function in functions(path)
        if function.end_lineno - function.lineno + 1 > LONGEST_FUNCTION
    }

    assert too_long == {}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_every_frozen_table_is_guarded_by_the_database(dialect):
    tables = [model.__tablename__ for model in chained_models()]
    names = triggers.triggers(dialect, [*tables, "rendition"])

    for table in tables:
        assert sum(name.startswith(f"{table}_no_") for name in names) >= 2
    assert any(name.startswith("rendition_no_") for name in names)


def test_comments_leave_no_work_for_later():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

    assert [named(path) for path in PROGRAM if words.search(path.read_text())] == []
