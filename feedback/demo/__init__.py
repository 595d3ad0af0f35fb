"""A made-up house to try the product with. Nobody in it exists."""
