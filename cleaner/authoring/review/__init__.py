"""Going through the removals of pages one by one, and the rules that come of it."""
