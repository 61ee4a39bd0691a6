"""What the forms of mailings offer: templates, files of the house, course dates."""

from sqlalchemy import or_, select

from kutego.db import db
from kutego.models import CourseDate, CourseState, Enclosure, MessageTemplate
from kutego.views.panel import today

COURSES = 60  # course dates to choose from, those that begin last first


def enclosures():
    """The files of the house that may go along."""
    return db.session.scalars(select(Enclosure).where(Enclosure.is_active).order_by(Enclosure.name))


def templates():
    """The saved texts."""
    return list(db.session.scalars(select(MessageTemplate).order_by(MessageTemplate.name)))


def courses(chosen):
    """Course dates whose participants may be written to: those going on, and the chosen ones."""
    open_ = (CourseDate.state != CourseState.CANCELLED) & or_(
        CourseDate.ends_on.is_(None), CourseDate.ends_on >= today()
    )
    query = select(CourseDate).where(or_(open_, CourseDate.id.in_(chosen)))
    newest = query.order_by(CourseDate.starts_on.desc(), CourseDate.id.desc()).limit(COURSES)
    return list(db.session.scalars(newest))
