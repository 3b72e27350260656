"""For those who write rules: examples, lint, explain, compare, review."""
