"""How an employee likes to see the lists: columns and their widths, rows per page."""

from collections.abc import Mapping, Sequence

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Employee, ListPreference
from kutego.texts import gettext as _

NARROWEST, WIDEST = 40, 1000  # pixels of a column


@operation
def save_columns(
    employee: Employee,
    *,
    view: str,
    columns: Sequence[str],
    page_size: int | None,
    widths: Mapping[str, int] | None = None,
    by: Actor,
) -> ListPreference:
    """Keep which columns a list shows, in which order, how wide. None: as it is by itself."""
    preference = preference_of(employee, view)
    preference.columns = list(columns)
    preference.page_size = page_size
    preference.widths = {key: _width(width) for key, width in (widths or {}).items()} or None
    return preference


@operation
def save_width(
    employee: Employee, *, view: str, column: str, width: int | None, by: Actor
) -> ListPreference:
    """Keep how wide one column is; None: as wide as what stands in it."""
    preference = preference_of(employee, view)
    widths = {key: px for key, px in (preference.widths or {}).items() if key != column}
    if width is not None:
        widths[column] = _width(width)
    preference.widths = widths or None
    return preference


@operation
def keep_choice(
    employee: Employee, *, view: str, choice: Mapping[str, str], by: Actor
) -> ListPreference:
    """Keep how a page that is no list opens: the view and the filters of the calendar."""
    preference = preference_of(employee, view)
    preference.columns = [dict(choice)]
    return preference


def preference_of(employee: Employee, view: str) -> ListPreference:
    """What an employee keeps about a list, made where there is nothing yet. In a transaction."""
    preference = db.session.get(ListPreference, (employee.id, view))
    if preference is None:
        preference = ListPreference(employee_id=employee.id, view=view, columns=[])
        db.session.add(preference)
    return preference


def _width(width: int) -> int:
    if not NARROWEST <= width <= WIDEST:
        raise DomainError(
            _("Eine Spalte ist %(least)s bis %(most)s Bildpunkte breit.",
              least=NARROWEST, most=WIDEST)
        )  # fmt: skip
    return width
