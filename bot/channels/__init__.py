"""The ways in: web page and chat API, and the staff shell."""
