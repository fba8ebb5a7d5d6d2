"""The access record: who opened or took out whose data, when and why."""
