"""Reading articles: lists, what is offered to somebody who types, and what became of it."""
