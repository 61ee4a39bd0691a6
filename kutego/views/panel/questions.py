"""The second question of a page: asked by an operation, answered for exactly the values shown."""

from typing import Any

from flask import request

from kutego.errors import NeedsConfirmation
from kutego.views.panel.digest import digest

MOST = 20  # no operation asks as many questions


class WithQuestions:
    """Part of a page whose operation may want something confirmed."""

    question: NeedsConfirmation | None = None
    confirmed: tuple[str, ...] = ()  # what the form sends along next time

    def ask(self, question: NeedsConfirmation, values: Any) -> None:
        """Show `question`; its answer counts for `values` alone."""
        self.question = question
        self.confirmed += (f"{question.code}|{digest(values)}",)

    def answers(self, values: Any) -> frozenset[str]:
        """The codes confirmed for exactly these values: with other values they are asked anew."""
        given = request.form.getlist("confirmed")[:MOST]
        if not given:
            return frozenset()
        token = digest(values)
        pairs = [text.rpartition("|") for text in given]
        codes = [code for code, _bar, value in pairs if value == token]
        self.confirmed = tuple(f"{code}|{token}" for code in codes)
        return frozenset(codes)
