"""What the designers know of bundles besides the contract: comparing two, beginning one, writing parts of its files."""
