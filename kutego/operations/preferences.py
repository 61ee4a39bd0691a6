"""How an employee likes to see the lists: columns, rows per page, views under a name."""

from collections.abc import Sequence

from sqlalchemy import func, select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Employee, ListPreference, SavedView
from kutego.texts import gettext as _

MOST_VIEWS = 20


@operation
def save_columns(
    employee: Employee, *, view: str, columns: Sequence[str], page_size: int | None, by: Actor
) -> ListPreference:
    """Keep which columns a list shows, in which order. No columns: those it shows by itself."""
    preference = db.session.get(ListPreference, (employee.id, view))
    if preference is None:
        preference = ListPreference(employee_id=employee.id, view=view)
        db.session.add(preference)
    preference.columns = list(columns)
    preference.page_size = page_size
    return preference


@operation
def reset_columns(employee: Employee, *, by: Actor) -> None:
    """Forget every choice of columns: each list shows what it shows by itself."""
    mine = select(ListPreference).where(ListPreference.employee_id == employee.id)
    for preference in db.session.scalars(mine):
        db.session.delete(preference)


@operation
def save_view(
    employee: Employee, *, view: str, name: str, query: dict[str, list[str]], by: Actor
) -> SavedView:
    """Keep a list's search, filters and sort under `name`; the same name is written over."""
    name = " ".join(name.split())
    if not name:
        raise DomainError(_("Bitte geben Sie der Ansicht einen Namen."))
    if len(name) > 60 or not name.isprintable():
        raise DomainError(_("Der Name der Ansicht darf höchstens 60 Zeichen haben."))
    mine = select(SavedView).where(SavedView.employee_id == employee.id, SavedView.view == view)
    saved = db.session.scalar(mine.where(SavedView.name == name))
    if saved is None:
        count = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
        if count >= MOST_VIEWS:
            raise DomainError(
                _("Mehr als %(most)s Ansichten je Liste gehen nicht.", most=MOST_VIEWS)
            )
        saved = SavedView(employee_id=employee.id, view=view, name=name)
        db.session.add(saved)
    saved.query = query
    db.session.flush()
    return saved


@operation
def delete_view(employee: Employee, *, view: SavedView, by: Actor) -> None:
    """Forget a saved view."""
    if view.employee_id != employee.id:
        raise DomainError(_("Diese Ansicht gehört jemand anderem."))
    db.session.delete(view)
