"""Rule files to the rules in force."""
