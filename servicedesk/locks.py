"""The first numbers of the advisory locks, in one place so that no two mean the same; the second says of what.

All last until the end of the transaction. docs/architecture.md says in which order they are taken.
"""

RATING_OF = 1
"""Asking a person to rate; the second number is the person's."""
CHANGE_OF_STAFF = 2
"""Who works where; the second number is 0."""
COUNT_OF = 3
"""An office's counted days."""
ASKING = 4
"""Whom the waves ask; the second number is 0."""
RULES_CHANGE = 5
"""An office's drafts and published rules."""
PLACES_STAND = 6
"""The places an office's requests have: shared by whoever changes one, alone by whoever publishes rules."""
PLACES_BEGIN = 7
"""First places as well: shared by whoever logs a request or changes its place, alone by the last steps of publishing."""
CALENDAR_OF = 8
"""An office's calendar: shared by a step after which an agreed date counts, alone by whoever changes the office."""
HAND_MOVES = 9
"""An office's hand moves: alone by whoever moves or takes back, before any other lock."""
