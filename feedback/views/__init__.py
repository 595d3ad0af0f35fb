"""Pages: answering a survey by its link, reading the figures, running the surveys."""
