"""Run one module of the bench inside the product: python -m bench.with_django bench.fill 1000

The settings come from the environment, and models can be imported only once Django has read them.
"""

import sys

import django
from django.utils.module_loading import import_string

if __name__ == "__main__":
    module, *arguments = sys.argv[1:]
    django.setup()
    import_string(f"{module}.main")(arguments)
