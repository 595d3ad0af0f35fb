"""Bringing a team's old list in: rows of a CSV file become requests, each wholly or not at all."""
