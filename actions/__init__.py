"""What the dialogue does: thin, stateless Rasa actions, and the process that serves them.

Sees `knowledge` only. Nothing here decides what a message means (triage does) and nothing here
writes text (the library holds it).
"""
