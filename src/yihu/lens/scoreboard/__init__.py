"""How the resolution and the ranking do against planted truth, which nothing below this room ever reads."""
