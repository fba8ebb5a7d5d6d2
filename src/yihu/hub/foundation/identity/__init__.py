"""Signing in, second factors, sessions, and signing people on to other systems; built on django-allauth."""
