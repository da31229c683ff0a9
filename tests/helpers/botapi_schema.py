"""Checks objects and parameters against a machine-readable description of the Bot API.

The description is evaluation data; without it the tests that use `load_schema` are skipped and say so.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.demo.botapi.calls import Call, Upload

_CONSTANT = re.compile(r"(?:always|must be) (?:[\"“])?([a-z_0-9]+)(?:[\"”])?\.?$")
_UNNAMED = "InputFile"


class BotApiSchema:
    """The types and methods of one version of the Bot API.

    Attributes:
        types: by name, as they are described.
    """

    def __init__(self, description: dict[str, Any]) -> None:
        self.version = str(description["version"])
        self.types: dict[str, dict[str, Any]] = description["types"]
        self._methods: dict[str, dict[str, Any]] = description["methods"]

    def problems(self, type_name: str, value: Any) -> list[str]:
        """What is wrong with a value of a type ("Message", "Array of Update"), empty when nothing is."""
        return self._of_types([type_name], value, type_name, lenient=False)

    def problems_of_result(self, method: str, value: Any) -> list[str]:
        """What is wrong with the result of a method."""
        return self._of_types(self._methods[method]["returns"], value, f"{method}()", lenient=False)

    def problems_of_params(self, method: str, params: dict[str, Any]) -> list[str]:
        """What is wrong with the parameters of a call; numbers and flags may be strings, as in forms."""
        known = {field["name"]: field for field in self._methods[method].get("fields", [])}
        uploads = {name for name, value in params.items() if isinstance(value, Upload) and name not in known}
        given = {name: value for name, value in params.items() if name not in uploads}
        return self._fields(known, given, method, lenient=True)

    def problems_of_calls(self, calls: Iterable[Call]) -> list[str]:
        """What is wrong with a bot's calls and with what they were answered."""
        return [problem for call in calls for problem in self._of_call(call)]

    def _of_call(self, call: Call) -> list[str]:
        found = self.problems_of_params(call.method, call.params)
        if call.error is not None and call.error.parameters is not None:
            found += self.problems("ResponseParameters", call.error.parameters)
        if call.ok:
            updates = call.method == "getUpdates"
            result = [json.loads(waiting.text) for waiting in call.result] if updates else call.result
            found += self.problems_of_result(call.method, result)
        return found

    def _fields(
        self, known: dict[str, dict[str, Any]], given: dict[str, Any], where: str, *, lenient: bool
    ) -> list[str]:
        found = [f"{where}: unknown field {name}" for name in given if name not in known]
        for name, field in known.items():
            if name not in given:
                if field["required"]:
                    found.append(f"{where}: {name} is missing")
                continue
            found += self._of_types(field["types"], given[name], f"{where}.{name}", lenient=lenient)
            constant = _CONSTANT.search(field["description"]) if name in {"type", "status", "source"} else None
            if constant and given[name] != constant.group(1):
                found.append(f"{where}: {name} is {given[name]!r}, not {constant.group(1)!r}")
        return found

    def _of_types(self, types: list[str], value: Any, where: str, *, lenient: bool) -> list[str]:
        """The problems with the type that fits best."""
        best: list[str] | None = None
        for type_name in types:
            found = self._of_type(type_name, value, where, lenient=lenient)
            if not found:
                return []
            best = found if best is None or len(found) < len(best) else best
        return best or []

    def _of_type(self, type_name: str, value: Any, where: str, *, lenient: bool) -> list[str]:
        if type_name.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: {value!r} is no {type_name}"]
            inner = type_name.removeprefix("Array of ")
            return [
                problem
                for index, item in enumerate(value)
                for problem in self._of_types([inner], item, f"{where}[{index}]", lenient=lenient)
            ]
        if type_name not in self.types or type_name == _UNNAMED:
            return [] if _is_plain(type_name, value, lenient=lenient) else [f"{where}: {value!r} is no {type_name}"]
        described = self.types[type_name]
        if subtypes := described.get("subtypes"):
            return self._of_types(subtypes, value, where, lenient=lenient)
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no {type_name}"]
        known = {field["name"]: field for field in described.get("fields", [])}
        return self._fields(known, value, where, lenient=lenient)


def _is_plain(type_name: str, value: Any, *, lenient: bool) -> bool:
    text = value if lenient and isinstance(value, str) else None
    if type_name == "String":
        return isinstance(value, str) or (lenient and isinstance(value, int | float))
    if type_name == "Boolean":
        return isinstance(value, bool) or (text is not None and text.lower() in {"true", "false"})
    if type_name == "Integer":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole or (text is not None and re.fullmatch(r"-?\d+", text) is not None)
    if type_name == "Float":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number or (text is not None and re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text) is not None)
    if type_name == _UNNAMED:
        return isinstance(value, Upload) or (isinstance(value, str) and value.startswith("attach://"))
    raise ValueError(f"the description names an unknown type {type_name}")


@cache
def _schema(path: Path) -> BotApiSchema:
    return BotApiSchema(json.loads(path.read_text(encoding="utf-8")))


def load_schema() -> BotApiSchema:
    """The description in the evaluation data; skips the test, saying so, where there is none."""
    folder = os.environ.get("GENANGAN_EVAL_DATA")
    if not folder:
        pytest.skip("GENANGAN_EVAL_DATA is not set: no description of the Bot API to check against")
    return _schema(Path(folder) / "botapi_10.0.json")
