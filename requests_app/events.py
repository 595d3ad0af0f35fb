"""What this app tells the apps above it, inside the transaction of the change."""

from django.dispatch import Signal

# sent with: service_request_ids (list of int), cause (an Event.Kind), now (datetime),
# customers_shared (bool): the sender has shared the rows of those whose needs they are, and the
# places of their offices, until its transaction ends (change.share_customer)
request_changed = Signal()

# sent with: service_request (ServiceRequest just resolved), now (datetime)
request_resolved = Signal()
