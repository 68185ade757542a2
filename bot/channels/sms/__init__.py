"""The SMS channel: webhooks of the public site, the worker's loops, and a local provider."""
