"""Finished reports: found in files and git, read from Markdown, and turned into entries of the ledger."""
