"""The public site: the chat API under `/api/v1`, a plain chat page, health and metrics."""
