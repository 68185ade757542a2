"""What becomes of a text when it is sent by SMS: spelling for phones, encoding, segments.

Pure functions without imports of other rooms, for the SMS channel, the staff shell and checks.
"""

from bot.sms_text.alphabet import Encoding, encoding_of, units
from bot.sms_text.plain import plain_text
from bot.sms_text.segments import Segment, Segmentation, cut

__all__ = ["Encoding", "Segment", "Segmentation", "cut", "encoding_of", "plain_text", "units"]
