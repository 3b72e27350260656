"""Analysis of patterns; it knows nothing of rules."""
