"""People and offices: who may sign in, what their post permits, which households are theirs."""
