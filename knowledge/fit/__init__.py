"""Fitting: from the curated files to the index, the heads and the thresholds. Build time only."""
