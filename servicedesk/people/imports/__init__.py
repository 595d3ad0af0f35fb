"""Tables of people, departments and offices, brought in row by row and taken away again."""
