"""The addresses under which other calendars read what takes place."""

from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from kutego.channels.site import link
from kutego.db import db
from kutego.models import CalendarFeed, Location, Right, Room
from kutego.operations.calendar_feeds import close_feed, open_feed, renew_feed
from kutego.texts import marked as m
from kutego.views.panel import Button, Card, Column, PanelForm, Place, RecordField, RecordView


def active(model):
    """The locations or rooms in use, for those who may see all of them."""
    if current_user.is_authenticated and not current_user.may(Right.COURSES_ALL):
        return []
    return list(db.session.scalars(select(model).where(model.is_active).order_by(model.name)))


def address(feed):
    """The whole address, to be put into another calendar."""
    url = link(f"/kalender/{feed.token}.ics")
    return Markup('<code class="address">{}</code>').format(url)


class FeedForm(PanelForm):
    location = RecordField(m("Standort"), lambda: active(Location), required=False)
    room = RecordField(
        m("Raum"), lambda: active(Room), required=False,
        description=m("Beides leer: Ihre eigenen Kurstage und Termine."),
    )  # fmt: skip

    def prepare(self):
        for field in (self.location, self.room):
            if not field.records:
                delattr(self, field.short_name)


class CalendarFeedView(RecordView):
    model = CalendarFeed
    slug, title, one, icon = "calendar_feeds", "Kalender-Abos", "Kalender-Abo", "link-45deg"
    category = "Kurse"
    right = Right.COURSES_VIEW
    columns = (
        Column("whose", "Wofür", value=str, load=("employee.customer", "location", "room")),
        Column("address", "Adresse", value=address, exported=False),
        Column("created_at", "Eingerichtet"),
        Column("created_by", "Von"),
    )
    default_sort = "created_at"
    cards = (Card("Kalender-Abo", "whose", "address", "created_at", "created_by"),)
    buttons = (
        Button(open_feed, FeedForm, label="Abo einrichten", icon="link-45deg", primary=True,
               place=Place.LIST, right=Right.COURSES_VIEW,
               done="Das Abo ist eingerichtet. Tragen Sie seine Adresse in Ihrem Kalender ein.",
               help="Der Kalender Ihres Telefons zeigt dann Kurstage und Termine und hält sie auf "
                    "dem neuesten Stand. Wer die Adresse kennt, liest mit."),
        Button(renew_feed, None, label="Neue Adresse", icon="arrow-repeat",
               right=Right.COURSES_VIEW, done="Die alte Adresse gilt nicht mehr.",
               help="Wenn die Adresse in falsche Hände gekommen ist. Tragen Sie danach die neue in "
                    "Ihrem Kalender ein."),
        Button(close_feed, None, label="Beenden", icon="x-circle", danger=True,
               right=Right.COURSES_VIEW, done="Das Abo ist beendet."),
    )  # fmt: skip
    empty = "Noch kein Abo. Richten Sie eines ein und sehen Sie Ihre Kurstage im Kalender des \
Telefons."

    def scope(self, query):
        """Everybody the own one; those of locations and rooms whoever may see all courses."""
        query = super().scope(query)
        if self.may(Right.STAFF):
            return query
        mine = CalendarFeed.employee_id == getattr(current_user, "id", None)
        if self.may(Right.COURSES_ALL):
            return query.where(mine | CalendarFeed.employee_id.is_(None))
        return query.where(mine)
