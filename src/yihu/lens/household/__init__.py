"""The household: everything known of one taxpayer, whole across time, trading space and people."""
