"""What this app tells the apps above it, inside the transaction of the change."""

from django.dispatch import Signal

# sent with: service_request_ids (list of int), cause (an Event.Kind), now (datetime)
request_changed = Signal()

# sent with: service_request (ServiceRequest just resolved), now (datetime)
request_resolved = Signal()
