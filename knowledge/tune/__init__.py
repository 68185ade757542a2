"""Fine-tuning the sentence encoder on the authored examples.

Run seldom, by hand (`make encoder`): the result is kept in `knowledge/encoder/tuned`, so that a
fresh machine needs no training. ADR 0008 says why and what was compared.
"""
