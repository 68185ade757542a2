"""How people type: undoing it before anything is matched."""

from knowledge.text.normalise import Normaliser, clean
from knowledge.text.sentences import split_sentences

__all__ = ["Normaliser", "clean", "split_sentences"]
