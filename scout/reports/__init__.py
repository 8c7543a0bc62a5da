"""Find finished reports in files and git, parse their Markdown, and turn them into ledger entries."""
