"""Failures as Telegram words them.

Every refusal is an `ApiError`; the server turns it into ``{"ok": false, "error_code": …, "description": …}``.
The wording follows the answers of the public Bot API server, because clients (and python-telegram-bot)
tell many cases apart by the description alone.
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A method call that Telegram refuses.

    Args:
        code: HTTP status and ``error_code``.
        description: full description, with Telegram's prefix ("Bad Request: …").
        parameters: ``ResponseParameters`` (``retry_after`` in seconds, ``migrate_to_chat_id``).
    """

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiError:
    """400; `reason` starts in lower case, as Telegram's do."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """403: the person or chat does not want the bot."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """409: a second poller, or polling beside a webhook."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after_s: int) -> ApiError:
    """429 with the seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after_s}", {"retry_after": max(1, retry_after_s)})


def migrated(new_chat_id: int) -> ApiError:
    """400 that names the supergroup a group has become."""
    return ApiError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )


def unauthorized() -> ApiError:
    """401: a token of the right form that is not ours."""
    return ApiError(401, "Unauthorized")


def not_found() -> ApiError:
    """404: a malformed token, an unknown method or file."""
    return ApiError(404, "Not Found")
