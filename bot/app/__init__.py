"""The composition root: the one place that knows every concrete class, puts them together, runs and ends them."""

from bot.app.making import area_index, check_parts, routing_of, tools
from bot.app.preview import Look, preview_digest
from bot.app.serving import App

__all__ = ["App", "Look", "area_index", "check_parts", "preview_digest", "routing_of", "tools"]
