"""From rule files to the rules in force."""
