"""The outside world as the core's ports want it: database, Rasa, approved texts."""
