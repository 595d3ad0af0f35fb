"""Every published or agreed number, checked against the product's own arithmetic.

VECTORS names another file of the same form; a vector whose ``fn`` is not known fails.
"""

import pytest

from tests.vector_checks import ranking, service, surveys, waits
from tests.vector_checks.registry import CHECKS, FILE, VECTORS, Vector

REGISTERED_BY = (ranking, service, surveys, waits)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_vector_is_computed_by_the_product(vector: Vector) -> None:
    check = CHECKS.get(vector["fn"])

    assert check is not None, f"No check knows the function {vector['fn']}."
    check(vector)


def test_vectors_file_when_read_is_whole() -> None:
    ids = {vector["id"] for vector in VECTORS}

    assert FILE["count"] == len(VECTORS) == len(ids) > 0
