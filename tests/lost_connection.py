"""What a restart of the database leaves of a connection of ours: the server's side has ended, and nobody told us."""

from collections.abc import Callable

import psycopg2
from django.db import close_old_connections, connection

END = "SELECT pg_terminate_backend(%s, 5000)"  # returns once it has ended


def way_to_end_our_session() -> Callable[[], None]:
    """Return what ends the session of this thread's connection; another thread may call it as well."""
    connection.ensure_connection()
    number = connection.connection.info.backend_pid
    parameters = connection.get_connection_params()
    ours = {name: value for name, value in parameters.items() if name not in ("cursor_factory", "context")}

    def end() -> None:
        other = psycopg2.connect(**ours)
        with other.cursor() as cursor:
            cursor.execute(END, [number])
            assert cursor.fetchone() == (True,)
        other.close()

    return end


def end_our_session() -> None:
    way_to_end_our_session()()


def next_turn() -> None:
    """Begin as every page and every task does outside of tests; Django's test client leaves it out."""
    close_old_connections()
