"""The arguments of an operation as JSON and back, and operations and tables by their names."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from importlib import import_module
from typing import Any

from kutego import models
from kutego.db import Base, db
from kutego.labelled import Labelled


def encoded(value: Any) -> Any:
    """A value as JSON that says what it was; raises `TypeError` for what no form can give."""
    if isinstance(value, Labelled):
        return {"choice": type(value).__name__, "value": value.value}
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Base):
        return {"record": value.__tablename__, "id": value.id}  # type: ignore[attr-defined]
    if isinstance(value, bytes):
        return {"bytes": b64encode(value).decode()}
    if isinstance(value, dict):
        return {"map": {str(name): encoded(item) for name, item in value.items()}}
    if isinstance(value, frozenset | set):
        return {"set": sorted(encoded(item) for item in value)}
    if isinstance(value, list | tuple):
        return [encoded(item) for item in value]
    for name, kind in SIMPLE.items():
        if isinstance(value, kind):
            return {name: str(value) if kind is Decimal else value.isoformat()}  # type: ignore[attr-defined]  # days and moments
    raise TypeError(f"{value!r} cannot be kept")


def decoded(value: Any) -> Any:
    """What `encoded` was given; a record is loaded anew."""
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "choice" in value:
        return _choices()[value["choice"]](value["value"])
    if "record" in value:
        return db.session.get_one(model_of(value["record"]), value["id"])
    if "map" in value:
        return {name: decoded(item) for name, item in value["map"].items()}
    if "set" in value:
        return frozenset(decoded(item) for item in value["set"])
    if "bytes" in value:
        return b64decode(value["bytes"])
    [(name, text)] = value.items()
    kind = SIMPLE[name]
    return Decimal(text) if kind is Decimal else kind.fromisoformat(text)  # type: ignore[attr-defined]


SIMPLE: dict[str, type] = {"decimal": Decimal, "moment": datetime, "date": date, "time": time}


def _choices() -> dict[str, type[Labelled]]:
    named = vars(models).values()
    return {k.__name__: k for k in named if isinstance(k, type) and issubclass(k, Labelled)}


def name_of(function: Callable[..., Any]) -> str:
    """`module:function`, to be found again after a restart."""
    return f"{function.__module__}:{function.__qualname__}"


def function_of(name: str) -> Callable[..., Any]:
    """The operation of this name. Nothing else can be called this way."""
    module, _colon, attribute = name.partition(":")
    function = getattr(import_module(module), attribute)
    if not getattr(function, "is_operation", False):
        raise TypeError(f"{name} is no operation")
    return function


def model_of(table: str) -> Any:
    """The model of a table."""
    return next(m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == table)
