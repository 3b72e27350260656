"""A pattern in, facts out; knows no rule."""
