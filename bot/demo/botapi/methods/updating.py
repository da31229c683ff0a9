"""Methods by which the bot gets its updates."""

from __future__ import annotations

import re
from typing import Any

from bot.demo.botapi.errors import bad_request, conflict
from bot.demo.botapi.methods.registry import method
from bot.demo.botapi.params import Params
from bot.demo.botapi.queue import Waiting
from bot.demo.botapi.records import Json
from bot.demo.botapi.world import World

MAX_UPDATES = 100
MAX_POLL_S = 50
MAX_CONNECTIONS = 100
DEFAULT_CONNECTIONS = 40
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@method("getUpdates")
async def get_updates(world: World, params: Params) -> list[Waiting]:
    """Confirm what lies below `offset`, then return what is waiting or wait for it."""
    if world.webhook.address is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    world.updates.allow(_kinds(params))
    limit = params.integer("limit", MAX_UPDATES)
    limit = limit if 1 <= limit <= MAX_UPDATES else MAX_UPDATES
    timeout_s = min(max(params.number("timeout") or 0.0, 0.0), MAX_POLL_S)
    return await world.polls.poll(params.integer("offset"), limit, timeout_s)


@method("setWebhook")
def set_webhook(world: World, params: Params) -> bool:
    """Have updates posted to an address; an empty one ends that."""
    url = params.text("url")
    if not url:
        return _end_webhook(world, params)
    secret = params.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = params.integer("max_connections", DEFAULT_CONNECTIONS)
    kinds = _kinds(params)
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.webhook.start(url, secret, min(max(connections, 1), MAX_CONNECTIONS))
    world.updates.allow(kinds)
    world.polls.end("terminated by setWebhook request")
    return True


@method("deleteWebhook")
def delete_webhook(world: World, params: Params) -> bool:
    """Go back to polling."""
    return _end_webhook(world, params)


@method("getWebhookInfo")
def get_webhook_info(world: World, params: Params) -> Json:
    """Where updates go, and what went wrong last."""
    return world.webhook.info()


def _end_webhook(world: World, params: Params) -> bool:
    world.webhook.cancel()
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def _kinds(params: Params) -> list[str] | None:
    given: list[Any] | None = params.array("allowed_updates", "String")
    return None if given is None else [str(kind) for kind in given]
