"""The Rasa project, and the only code that runs inside Rasa (Python 3.10).

Imports Rasa, aiohttp, requests and the standard library; never `knowledge`, never another
room of `bot`.
"""
