"""Industries: what those who come to class are called where dogs, children or riders come."""

from dataclasses import dataclass

from kutego.labelled import Labelled


class Industry(Labelled):
    DOG_SCHOOL = "dog_school", "Hundeschule"
    SWIM_SCHOOL = "swim_school", "Schwimmschule"
    MUSIC_SCHOOL = "music_school", "Musikschule"
    DANCE_SCHOOL = "dance_school", "Tanzschule"
    RIDING_SCHOOL = "riding_school", "Reitschule"
    FITNESS = "fitness", "Fitness, Yoga, Gesundheit"
    CHILDREN = "children", "Eltern-Kind-Kurse, Kinderkurse"
    TUITION = "tuition", "Nachhilfe, Sprachschule"
    OTHER = "other", "Andere Kurse"


@dataclass(frozen=True)
class Words:
    """How a house calls whoever comes to class, and what it asks about them (spec PAR-02).

    The names are columns of the company. A label that is None is not asked for.
    """

    participant_word: str = "Teilnehmer"
    participants_word: str | None = None
    participant_first_name_label: str = "Vorname"
    participant_last_name_label: str | None = "Nachname"
    participant_breed_label: str | None = None
    participant_level_label: str | None = "Stufe"


WORDS = {
    Industry.DOG_SCHOOL: Words("Hund", "Hunde", "Rufname", None, "Rasse", "Ausbildungsstand"),
    Industry.SWIM_SCHOOL: Words(participant_level_label="Abzeichen"),
    Industry.MUSIC_SCHOOL: Words("Schüler", participant_breed_label="Instrument"),
    Industry.DANCE_SCHOOL: Words(),
    Industry.RIDING_SCHOOL: Words("Reiter", participant_breed_label="Pferd"),
    Industry.FITNESS: Words(participant_level_label="Niveau"),
    Industry.CHILDREN: Words("Kind", "Kinder", participant_level_label="Gruppe"),
    Industry.TUITION: Words("Schüler", participant_level_label="Klasse"),
    Industry.OTHER: Words(),
}
