"""rasa-sdk's executor, made to work with Rasa 3.6 and without a domain."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import ActionExecutor


class DomainFreeExecutor(ActionExecutor):  # type: ignore[misc]
    """Runs actions that never look at the domain, so that Rasa need not send it."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        """Returns an empty domain.

        rasa-sdk 3.21 asks for a digest of the domain, which Rasa 3.6 does not send when
        `enable_selective_domain` is on; every call would be refused.
        """
        return {}
