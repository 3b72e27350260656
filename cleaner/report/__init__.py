"""What went from a corpus, in figures: as JSON, as a table, and as one page that needs nothing else."""
