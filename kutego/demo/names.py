"""The people, dogs and places of the demo. All invented; addresses end in example.org."""

WOMEN = (
    "Anja", "Bärbel", "Carola", "Dörte", "Elke", "Frauke", "Gisela", "Heike", "Ines", "Jördis",
    "Käthe", "Lieselotte", "Marlene", "Nadine", "Petra", "Renate", "Ulrike", "Wiebke", "Yasemin",
    "Zoë", "Çağla", "Miriam", "Sabine", "Katrin", "Meike", "Lena", "Greta", "Ida", "Paula",
)  # fmt: skip

MEN = (
    "Ömer", "Sönke", "Tobias", "Volker", "Björn", "Jürgen", "Günther", "Matthäus", "Søren",
    "Łukasz", "André", "Jörg", "Thorsten", "Stefan", "Holger", "Mats", "Fiete", "Oskar",
)  # fmt: skip

LAST_NAMES = (
    "Müller", "Meißner", "Schröder", "Krüger", "Köhler", "Größler", "Strauß", "Weiß", "Jäger",
    "Böhm", "Schäfer", "Bäcker", "Löwe", "Vögel", "Führmann", "Preuß", "Voß", "Groß", "Heß",
    "Schmidt", "Schneider", "Fischer", "Wagner", "Becker", "Hoffmann", "Koch", "Richter", "Klein",
    "Wolf", "Neumann", "Schwarz", "Zimmermann", "Braun", "Hofmann", "Lange", "Werner", "Krause",
    "Lehmann", "de Vries", "van der Meer", "von Öttingen", "Żółkiewski", "Yıldız", "Nguyễn",
    "O'Connor", "Álvarez", "Šimić", "Ångström", "Dvořák", "Maier-Wüst",
)  # fmt: skip

COMPANIES = (
    "Tierheim Grünau e. V.", "Möbelhaus Süß GmbH", "Praxis Dr. Weiß", "Bäckerei Öhlers KG",
    "Rettungshunde Thüringen e. V.", "Wachdienst Größe & Söhne OHG", "Kita Löwenzähnchen gGmbH",
    "Hotel Grüne Aue", "Försterei Ettersberg", "Seniorenheim Ährenfeld gGmbH",
)  # fmt: skip

DOGS = (
    "Bello", "Luna", "Balu", "Emma", "Rocky", "Nala", "Bruno", "Lilly", "Sam", "Frieda", "Max",
    "Käthe", "Otto", "Mia", "Buddy", "Paula", "Fiete", "Greta", "Karlsson", "Lotte", "Möhre",
    "Günni", "Amy", "Charly", "Maja", "Sissi", "Pünktchen", "Anton", "Flöckchen", "Ronja",
)  # fmt: skip

BREEDS = (
    "Labrador", "Golden Retriever", "Deutscher Schäferhund", "Mischling", "Dackel", "Pudel",
    "Border Collie", "Australian Shepherd", "Französische Bulldogge", "Großspitz",
    "Jack Russell Terrier", "Weimaraner", "Havaneser", "Boxer", "Münsterländer",
)  # fmt: skip

STREETS = (
    "Gartenweg", "Am Anger", "Lindenstraße", "Goethestraße", "Mühlgasse", "Fichtenweg",
    "Bahnhofstraße", "Schloßallee", "Zum Försterhaus", "Brückenstraße", "Rosenhügel", "Ährenweg",
)  # fmt: skip

CITIES = (
    ("99084", "Erfurt", "DE"), ("99085", "Erfurt", "DE"), ("99086", "Erfurt", "DE"),
    ("99094", "Erfurt", "DE"), ("99423", "Weimar", "DE"), ("99425", "Weimar", "DE"),
    ("07743", "Jena", "DE"), ("99867", "Gotha", "DE"), ("99310", "Arnstadt", "DE"),
    ("98693", "Ilmenau", "DE"), ("99610", "Sömmerda", "DE"), ("99947", "Bad Langensalza", "DE"),
    ("1010", "Wien", "AT"), ("8001", "Zürich", "CH"), ("67000", "Straßburg", "FR"),
    ("1012 AB", "Amsterdam", "NL"),
)  # fmt: skip

# title, kind, price (a block) or None, weekday, capacity
COURSES = (
    ("Welpengruppe", "running", None, 0, 8),
    ("Junghunde", "running", None, 1, 10),
    ("Alltagshunde", "running", None, 2, 12),
    ("Agility", "running", None, 3, 8),
    ("Mantrailing", "running", None, 4, 6),
    ("Seniorenhunde", "running", None, 5, 10),
    ("Welpenkurs kompakt", "block", "129.00", 5, 8),
    ("Leinenführigkeit", "block", "149.00", 5, 8),
    ("Antijagdtraining", "block", "189.00", 6, 6),
    ("Hundeführerschein", "block", "229.00", 6, 10),
    ("Begegnungen üben", "block", "99.00", 2, 8),
    ("Tricks für Anfänger", "block", "79.00", 4, 10),
)

PRODUCTS = (
    ("Schleppleine 10 m", "24.90", "19.00"),
    ("Futterbeutel", "14.90", "19.00"),
    ("Kauknochen (3 Stück)", "8.49", "7.00"),
    ("Buch „Der ruhige Hund“", "19.99", "7.00"),
)

REMARKS = (
    "Hund reagiert auf Fahrräder.", "Bitte nur vormittags anrufen.",
    "Kommt über die Tierarztpraxis.", "Zahlt gern im Voraus.",
)  # fmt: skip
