"""SMS providers. A further one is one file here and one line in `providers`."""
