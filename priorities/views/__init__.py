from priorities.views.judging import judge, support
from priorities.views.queue import queue, queue_filter, why

__all__ = ["judge", "queue", "queue_filter", "support", "why"]
