"""What this app tells the apps above it, inside the transaction of the change."""

from django.dispatch import Signal

# sent with: office (Office just added), by (User or None), now (datetime)
office_added = Signal()

# sent with: office (Office, held) that is about to be taken out of use; who has a reason against it raises InvalidInput
office_closing = Signal()

# sent with: office (Office), now (datetime): its time zone, working hours or days closed changed
office_calendar_changed = Signal()

# sent with: office_id (int), person_ids (list of int), now (datetime): their tier in this office may have changed
memberships_changed = Signal()

# sent with: person_ids (list of int), now (datetime): they moved to another department
departments_changed = Signal()

# sent with: office (Office), person (User): its last assistant, of whom somebody asks what it would mean if they left;
# receivers return sentences (list of str)
last_assistant_leaving = Signal()

# sent with: kept, merged (User), of whom somebody asks what it would mean if they became one; receivers return sentences
# (list of str) fit for an administrator: nothing sealed, not even as a number
people_merging = Signal()

# sent with: kept, merged (User, both held), by (User), now (datetime): they are one person from now on, and each app hands
# over its own rows. Sent from the lowest app upwards, as settings.INSTALLED_APPS has them: facts and requests of the kept
# person are together before places are computed from them
people_merged = Signal()

# sent with: office_id (int, or None for every office), person_ids (list of int; the sender holds their rows), now
# (datetime, or None: each change is made when its lock is had): they work there no more
assistants_left = Signal()
