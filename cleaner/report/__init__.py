"""Reports on the removals from a corpus: figures as JSON, as a table, and as one self-contained HTML page."""
