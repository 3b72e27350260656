"""Files that hold many documents: read record by record, and written with all but the text as it was."""
