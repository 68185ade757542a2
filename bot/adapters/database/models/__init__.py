"""The tables, one module a subject. Importing this package registers all of them."""

from bot.adapters.database.models.base import Base
from bot.adapters.database.models.conversation import (
    ContactRow,
    ConversationRow,
    FeedbackRow,
    MessageRow,
)
from bot.adapters.database.models.escalation import (
    CaseNoteRow,
    EscalationEventRow,
    EscalationRow,
)
from bot.adapters.database.models.learning import FaqDraftRow, QuestionGroupRow
from bot.adapters.database.models.notification import NotificationRow
from bot.adapters.database.models.operation import ChainHeadRow, HeartbeatRow, SealingKeyRow
from bot.adapters.database.models.people import (
    AccountRow,
    AuditRow,
    OneTimeLinkRow,
    PresenceRow,
    RecoveryCodeRow,
)
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
from bot.adapters.database.models.web import VerifiedVisitorRow, WebConsentRow, WebTokenRow

__all__ = [
    "AccountRow",
    "AuditRow",
    "Base",
    "CaseNoteRow",
    "ChainHeadRow",
    "ContactRow",
    "ConversationRow",
    "EscalationEventRow",
    "EscalationRow",
    "FaqDraftRow",
    "FeedbackRow",
    "HeartbeatRow",
    "MessageRow",
    "NotificationRow",
    "OneTimeLinkRow",
    "PresenceRow",
    "QuestionGroupRow",
    "RecoveryCodeRow",
    "SealingKeyRow",
    "SmsConsentRow",
    "SmsInboundRow",
    "SmsNoticeRow",
    "SmsOutboundRow",
    "SmsPersonRow",
    "SmsSecurityRow",
    "SmsStatusRow",
    "SmsThreadRow",
    "VerifiedVisitorRow",
    "WebConsentRow",
    "WebTokenRow",
]
