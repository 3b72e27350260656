"""Tools for authors of rules: examples, lint, explain, compare, review."""
