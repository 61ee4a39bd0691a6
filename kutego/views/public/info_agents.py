"""The link in what an InfoAgent writes: ends it, by a button or by one click."""

from typing import Any

from kutego.models import InfoAgent
from kutego.operations.info_agents import end_by_link
from kutego.views.panel.forms import today
from kutego.views.public import public
from kutego.views.public.links import found, page, refuse_staff
from kutego.views.security import csrf


@public.get("/infoagent/beenden/<token>")
def agent_end(token: str) -> Any:
    """Ask for the click that ends an InfoAgent."""
    return page("end", known=found(InfoAgent, token) is not None)


@public.post("/infoagent/beenden/<token>")
@csrf.exempt  # as for the newsletter
def agent_ended(token: str) -> Any:
    """Tell the customer of nothing more."""
    refuse_staff()
    agent = found(InfoAgent, token)
    if agent is None:
        return page("end", known=False)
    end_by_link(agent, on=today())
    return page("ended")
