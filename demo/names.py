"""Names, employers and occupations."""


def _words(text: str) -> list[str]:
    """A list that reads better as running text."""
    return text.split()


WOMEN = {
    "fr": _words(
        "Camille Chloé Léa Manon Élodie Aurélie Céline Sandrine Nathalie Isabelle "
        "Valérie Sophie Marie-Ève Anne-Laure Joëlle Françoise Hélène Inès Agnès Zoé "
        "Amélie Fatou Leïla Béatrice Véronique Laurence Mireille Noémie Pauline Lucie"
    ),
    "de": _words(
        "Anna Lena Sabine Ursula Ruth Claudia Monika Käthi Brigitte Franziska Jasmin "
        "Simone Nadja Zoë Beatrix Silvia Corinne Priska Melanie Annemarie Regula Mirjam"
    ),
}
MEN = {
    "fr": _words(
        "Lucas Hugo Théo Maxime Jérôme Frédéric Jean-Luc Jean-Marc Philippe Laurent "
        "Sébastien François Gaël Loïc Étienne Benoît Cédric Mathieu Antoine Nicolas "
        "Raphaël Mamadou Karim Yannick Olivier Thierry Alain Gérard Pascal Rémi"
    ),
    "de": _words(
        "Jürg Stefan Reto Beat Urs Lukas Jonas Matthias Thomas Günther Jörg Markus "
        "Andreas Daniel Rolf Hansruedi Marcel Fabian Noah Cédric René Björn"
    ),
}
LAST = {
    "fr": _words(
        "Dubois Martin Bernard Petit Durand Leroy Moreau Rochat Favre Bonvin Chevalley "
        "Perret D'Angelo L'Hôte N'Diaye Lefèvre Garçon Müller-Blanc Besançon Crausaz "
        "Girard Fournier Mercier Blanchet Rousseau Guérin Gauthier Chappuis Jaquier "
        "Pittet Delacroix Saint-Clair Benali Ferreira Rossi Costa Nguyen Traoré Bovet "
        "Monnier Cuendet Maréchal Vuilleumier Da-Silva Lambert Roux Pasche Thévenaz"
    ),
    "de": _words(
        "Müller Meier Schmid Keller Weber Huber Brönnimann Zürcher Gerber Baumann "
        "Bühler Frei Steiner Wyss Lüthi Graf Kälin O'Brien Suter Hofmann Roth Ammann "
        "Schäfer Wäfler Gysin Vögeli Studer Näf Bachmann Egli Fässler Hürlimann"
    ),
}

# Level 1 of INSEE's nomenclature of occupations (PCS): code, label, job titles for
# women and men. The edition of 2020 keeps groups 1 to 6 of the edition before it;
# 7 and 8 take those without an occupation.
OCCUPATIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "1": (
        "Agriculteurs exploitants",
        (
            "Viticultrice/Viticulteur",
            "Maraîchère/Maraîcher",
            "Agricultrice/Agriculteur",
        ),
    ),
    "2": (
        "Artisans, commerçants et chefs d'entreprise",
        ("Gérante/Gérant", "Menuisière/Menuisier", "Directrice/Directeur"),
    ),
    "3": (
        "Cadres et professions intellectuelles supérieures",
        (
            "Ingénieure/Ingénieur",
            "Avocate/Avocat",
            "Cheffe de projet/Chef de projet",
            "Médecin",
            "Architecte",
            "Responsable des ressources humaines",
        ),
    ),
    "4": (
        "Professions intermédiaires",
        (
            "Infirmière/Infirmier",
            "Institutrice/Instituteur",
            "Technicienne/Technicien",
            "Éducatrice/Éducateur",
            "Graphiste",
        ),
    ),
    "5": (
        "Employés",
        (
            "Assistante administrative/Assistant administratif",
            "Vendeuse/Vendeur",
            "Réceptionniste",
            "Secrétaire",
            "Aide-soignante/Aide-soignant",
        ),
    ),
    "6": (
        "Ouvriers",
        (
            "Chauffeuse-livreuse/Chauffeur-livreur",
            "Mécanicienne/Mécanicien",
            "Cuisinière/Cuisinier",
            "Électricienne/Électricien",
        ),
    ),
    "7": ("Retraités", ("Retraitée/Retraité",)),
    "8": ("Autres personnes sans activité professionnelle", ("",)),
}
WORKING = {"1": 2.0, "2": 9.0, "3": 32.0, "4": 27.0, "5": 21.0, "6": 9.0}
JOB_SEEKER_TITLES = (
    "En recherche d'emploi",
    "Demandeuse d'emploi/Demandeur d'emploi",
    "",
)

# Names of firms, and the sector of each.
COMPANIES = (
    ("Atelier du Léman SA", "retail"),
    ("Kälin & Söhne AG", "construction"),
    ("Cabinet Perret Fiduciaire", "finance"),
    ("Hôtel de l'Aare", "hospitality"),
    ("NovaTherm SARL", "industry"),
    ("Clinique du Parc Bleu", "health"),
    ("Studio Confluence", "media"),
    ("Limmat Software GmbH", "it"),
    ("Transports Jura Express", "logistics"),
    ("École des Trois Vallées", "education"),
    ("Boulangerie Chappuis & Fils", "retail"),
    ("Assurances du Rhône", "finance"),
    ("Bio Saveurs d'Annecy", "food"),
    ("Zentrum Vital AG", "health"),
    ("Imprimerie L'Encre", "media"),
    ("Alpes Conseil SAS", "consulting"),
)
COMPANY_SIZES = {"1-9": 30.0, "10-49": 34.0, "50-249": 24.0, "250+": 12.0}

# Reserved names only: nothing sent there reaches anybody.
EMAIL_DOMAINS: dict[str, float] = {
    "mail.example": 22,
    "bluewin.example": 18,
    "courrier.example": 14,
    "example.com": 14,
    "poste.example": 9,
    "example.net": 8,
    "example.org": 7,
    "securemail.example": 5,
}
