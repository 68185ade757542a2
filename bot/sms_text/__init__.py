"""What becomes of a text when it is sent by SMS: spelling for phones, encoding, segments.

Pure functions for the SMS channel, the outbox and the staff shell. The alphabet itself is the one
that the clinic's texts are checked with (`knowledge.text.gsm7`).
"""

from bot.sms_text.alphabet import Encoding, encoding_of, units
from bot.sms_text.parts import split_text
from bot.sms_text.plain import plain_text
from bot.sms_text.segments import Segment, Segmentation, cut

__all__ = [
    "Encoding",
    "Segment",
    "Segmentation",
    "cut",
    "encoding_of",
    "plain_text",
    "split_text",
    "units",
]
