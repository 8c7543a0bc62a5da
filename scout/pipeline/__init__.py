"""The story: collect, remember, choose, write, check."""
