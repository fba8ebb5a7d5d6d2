"""The pages, one module a noun; each act is one service call."""
