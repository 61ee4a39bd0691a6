"""The federal states, each with the public holidays that its courses skip."""

from kutego.labelled import Labelled


class FederalState(Labelled):
    """Bavaria has three: 15 August is kept where most are Catholic, 8 August in Augsburg alone."""

    BADEN_WUERTTEMBERG = "BW", "Baden-Württemberg"
    BAVARIA = "BY", "Bayern (ohne Mariä Himmelfahrt)"
    BAVARIA_CATHOLIC = "BY-catholic", "Bayern (mit Mariä Himmelfahrt)"
    AUGSBURG = "BY-augsburg", "Bayern (Stadt Augsburg)"
    BERLIN = "BE", "Berlin"
    BRANDENBURG = "BB", "Brandenburg"
    BREMEN = "HB", "Bremen"
    HAMBURG = "HH", "Hamburg"
    HESSE = "HE", "Hessen"
    MECKLENBURG = "MV", "Mecklenburg-Vorpommern"
    LOWER_SAXONY = "NI", "Niedersachsen"
    NORTH_RHINE = "NW", "Nordrhein-Westfalen"
    RHINELAND = "RP", "Rheinland-Pfalz"
    SAARLAND = "SL", "Saarland"
    SAXONY = "SN", "Sachsen"
    SAXONY_ANHALT = "ST", "Sachsen-Anhalt"
    SCHLESWIG_HOLSTEIN = "SH", "Schleswig-Holstein"
    THURINGIA = "TH", "Thüringen"
