"""The tables, one module a subject. Importing this package registers all of them."""

from bot.adapters.database.models.base import Base
from bot.adapters.database.models.conversation import (
    ContactRow,
    ConversationRow,
    FeedbackRow,
    MessageRow,
)
from bot.adapters.database.models.escalation import EscalationEventRow, EscalationRow
from bot.adapters.database.models.operation import HeartbeatRow
from bot.adapters.database.models.people import AccountRow, AuditRow, OneTimeLinkRow
from bot.adapters.database.models.texting import (
    SmsConsentRow,
    SmsInboundRow,
    SmsNoticeRow,
    SmsOutboundRow,
    SmsPersonRow,
    SmsSecurityRow,
    SmsStatusRow,
    SmsThreadRow,
)

__all__ = [
    "AccountRow",
    "AuditRow",
    "Base",
    "ContactRow",
    "ConversationRow",
    "EscalationEventRow",
    "EscalationRow",
    "FeedbackRow",
    "HeartbeatRow",
    "MessageRow",
    "OneTimeLinkRow",
    "SmsConsentRow",
    "SmsInboundRow",
    "SmsNoticeRow",
    "SmsOutboundRow",
    "SmsPersonRow",
    "SmsSecurityRow",
    "SmsStatusRow",
    "SmsThreadRow",
]
