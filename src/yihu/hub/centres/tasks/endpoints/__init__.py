"""What outside systems call: to-dos pushed, ended, read back and reconciled; and the same in Weaver's words."""
