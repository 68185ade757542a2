"""Checks an installation and says how to mend what is wrong."""
