"""Versions of the texts with their index: published in one step, and rolled back in one."""
