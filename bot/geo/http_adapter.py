"""geopy over httpx, which the bot has anyway: geopy's own choices either block the loop or need another HTTP client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from ssl import SSLContext
from typing import Any

import httpx
from geopy.adapters import AdapterHTTPError, BaseAsyncAdapter
from geopy.exc import GeocoderParseError, GeocoderTimedOut, GeocoderUnavailable


class HttpAdapter(BaseAsyncAdapter):  # type: ignore[misc]  # geopy has no types
    """An asynchronous adapter; a client for each request, since there is one a second at most.

    Error texts name no URL and no body: what people typed is in both.
    """

    def __init__(self, *, proxies: Mapping[str, str] | None, ssl_context: SSLContext | None) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._verify = ssl_context or httpx.create_ssl_context()

    async def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """GET a page. Raises AdapterHTTPError, GeocoderTimedOut, GeocoderUnavailable."""
        try:
            async with httpx.AsyncClient(timeout=timeout, verify=self._verify, follow_redirects=True) as client:
                response = await client.get(url, headers=dict(headers))
        except httpx.TimeoutException:
            raise GeocoderTimedOut("timed out") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GeocoderUnavailable(f"no connection ({type(error).__name__})") from None
        if not response.is_success:
            raise AdapterHTTPError(
                f"HTTP {response.status_code}", status_code=response.status_code, headers=response.headers, text=""
            )
        return response.text

    async def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """GET JSON. Raises GeocoderParseError besides what `get_text` raises."""
        text = await self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise GeocoderParseError("an answer that is not JSON") from None
