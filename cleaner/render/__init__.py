"""What people see. The only importer of `rich` beside the command line."""
