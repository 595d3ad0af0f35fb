"""Forms about people, departments and offices."""
