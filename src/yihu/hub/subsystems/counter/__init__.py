"""What cases of taxpayers bring about: handlers between the matters and the register of grants, no tables, no pages."""
