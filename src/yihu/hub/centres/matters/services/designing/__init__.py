"""The verbs of the designers: begin, write, run the cases, send for review, publish."""
