"""Measuring triage on labelled messages that nothing was fitted on."""
