"""Learning a site's chrome from what its pages have in common, and the rules that come of it."""
