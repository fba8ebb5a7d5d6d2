"""How passwords are stored."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """
    Argon2id with 19 MiB, two passes and one lane: the least that OWASP's Password Storage Cheat Sheet asks for.

    Django's own 100 MiB on eight lanes costs a two-core server a quarter of a second of all its cores for each try, so
    that a morning's sign-ins wait for one another; behind a lock of five tries the smaller cost guards as well. Hashes
    made with other costs are renewed at the next sign-in.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
