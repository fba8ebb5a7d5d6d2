"""Registrations become real taxpayers, person records become natural persons; who judged what, and when."""
