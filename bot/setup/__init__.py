"""Set-up: from a fresh clone to everything that the service needs, and nothing done twice.

Started by `make` with whatever Python 3 the machine has, before any package is installed: this
room imports the standard library only and keeps to the syntax of Python 3.8.
"""
