"""A text and rules to a result; pure."""
