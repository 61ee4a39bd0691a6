"""Views of lists under a name: one's own, shared with colleagues, and the one a list opens with."""

from sqlalchemy import func, select, update

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import Employee, ListPreference, Right, SavedView
from kutego.operations.preferences import preference_of
from kutego.texts import gettext as _

MOST_VIEWS = 20
SHARING = Right.CUSTOMERS_EDIT  # office and owner; whoever only looks things up shares nothing


@operation
def save_view(
    employee: Employee,
    *,
    view: str,
    name: str,
    query: dict[str, list[str]],
    shared: bool = False,
    by: Actor,
) -> SavedView:
    """Keep a list's search, filters and sort under `name`; the same name is written over.

    Shared, every colleague who may see the list finds it there; only its owner changes it.
    """
    name = " ".join(name.split())
    if not name:
        raise DomainError(_("Bitte geben Sie der Ansicht einen Namen."))
    if len(name) > 60 or not name.isprintable():
        raise DomainError(_("Der Name der Ansicht darf höchstens 60 Zeichen haben."))
    if shared and not employee.may(SHARING):
        raise DomainError(_("Sie können Ansichten nur für sich selbst speichern."))
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
    _share(saved, shared)
    db.session.flush()
    return saved


@operation
def delete_view(employee: Employee, *, view: SavedView, by: Actor) -> None:
    """Forget a saved view of one's own; where others began with it, they begin with the list."""
    if view.employee_id != employee.id:
        raise DomainError(_("Diese Ansicht gehört jemand anderem."))
    _let_go(view, everybody=True)
    db.session.delete(view)


@operation
def begin_with(employee: Employee, *, view: str, saved: SavedView | None, by: Actor) -> None:
    """Let a list open with `saved` for this employee; None: as it is, whatever others do."""
    if saved is not None and (saved.view != view or not is_visible(saved, employee)):
        raise DomainError(_("Diese Ansicht gibt es hier nicht."))
    preference = preference_of(employee, view)
    preference.default_view_id = saved.id if saved is not None else None
    preference.without_default = saved is None


@operation
def begin_with_for_all(
    employee: Employee, *, view: str, saved: SavedView | None, by: Actor
) -> None:
    """Let a list open with the shared view `saved` for whoever has not chosen for themselves."""
    if not employee.may(Right.SETTINGS):
        raise DomainError(_("Den Standard für alle bestimmt, wer die Einstellungen ändern darf."))
    if saved is not None and (saved.view != view or not saved.is_shared):
        raise DomainError(_("Bitte teilen Sie die Ansicht zuerst mit den Kollegen."))
    for other in db.session.scalars(select(SavedView).where(SavedView.view == view)):
        other.is_default = other is saved


def is_visible(saved: SavedView, employee: Employee) -> bool:
    """Whether a view is one's own or shared."""
    return saved.is_shared or saved.employee_id == employee.id


# --- parts ------------------------------------------------------------------------------------


def _share(saved: SavedView, shared: bool) -> None:
    if saved.is_shared and not shared:
        saved.is_default = False
        _let_go(saved, everybody=False)
    saved.is_shared = shared


def _let_go(saved: SavedView, *, everybody: bool) -> None:
    """Nobody's list opens with it any more, or nobody's but the owner's."""
    theirs = update(ListPreference).where(ListPreference.default_view_id == saved.id)
    if not everybody:
        theirs = theirs.where(ListPreference.employee_id != saved.employee_id)
    db.session.execute(theirs.values(default_view_id=None))
