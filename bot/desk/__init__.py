"""The staff desk: who may log in, what waits for an answer, and answering it.

A Flask app of its own, apart from the public site. What staff do to a conversation goes through
`bot.conversation`; the desk itself only keeps accounts and reads lists.
"""
