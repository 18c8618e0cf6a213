"""What random stories find: nothing but the listed findings, and the consequence of every quirk.

    python -m tools.nightly --write docs/nightly.md

tells stories of all kinds to a daemon without quirks, and stories directed at each quirk to a
daemon with that quirk alone. A quirk is found when a property is violated that the same story does
not violate without the quirk.
"""
