"""What a process may hold: its elements, how they are read and examined, and what other rooms register."""
