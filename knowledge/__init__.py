"""What the clinic says, and deciding whether to say it.

This room knows no web framework and no dialogue engine. It loads the curated texts
(`knowledge.library`), turns a message into a decision (`knowledge.triage`) and a decision
into an approved reply (`knowledge.reply`).
"""
