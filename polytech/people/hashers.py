"""The hash of passwords."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with the parameters that OWASP's password storage sheet names first for interactive sign-in.

    Django's own take 100 MB a sign-in: two hundred students at the start of a class would need 20 GB.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
