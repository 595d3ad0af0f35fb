"""How gunicorn serves the product wherever it is started from this folder; the rest stands on its command line."""

# The longest that gunicorn can read. What is longer gets its own bare “414”, before the product sees it.
limit_request_line = 8190
