"""The public site: the chat API under `/api/v1`, widget, demo site, health and metrics."""
