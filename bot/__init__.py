"""The service: channels, the conversation core, the desk and their adapters."""
