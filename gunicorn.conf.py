"""How gunicorn serves the product wherever it is started from this folder; the rest stands on its command line."""

# The longest that gunicorn can read. What is longer gets its own bare “414”, before the product sees it.
limit_request_line = 8190

# Its own lines as the product's: one JSON object each.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "servicedesk.frame.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False}},
}
