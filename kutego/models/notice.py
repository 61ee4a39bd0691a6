"""A notice that somebody gives on the public page (§ 312k BGB): what the words mean."""

from kutego.labelled import Labelled


class NoticeKind(Labelled):
    ORDINARY = "ordinary", "Ordentliche Kündigung"
    EXTRAORDINARY = "extraordinary", "Außerordentliche Kündigung aus wichtigem Grund"
