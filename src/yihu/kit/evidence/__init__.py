"""Evidence that can be checked by strangers: Merkle trees, signed notes, leaves of a log, their verification."""
