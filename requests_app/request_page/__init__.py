"""A request's page: who reads it, what it shows them, and the steps that can be taken from it."""
