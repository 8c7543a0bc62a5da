"""Publish the shapes of the commands' JSON as JSON Schema (draft 2020-12), closed: a key that is not named is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from scout.errors import UsageError
from scout.model import json_types as shapes
from scout.model.json_draft import DraftJson, TrendsJson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core.core_schema import TypedDictSchema

ANSWERS: Mapping[str, Any] = {
    "shortlist": shapes.ShortlistJson,
    "shortlist explain": shapes.ExplanationJson,
    "mark list": list[shapes.MarkJson],
    "audit": shapes.AuditJson,
    "trends": TrendsJson,
    "draft": DraftJson,
    "check": shapes.CheckJson,
    "status": list[shapes.StatusJson],
    "sql": list[dict[str, shapes.Scalar]],
    "config": list[shapes.SettingJson],
    "sources list": list[shapes.SourceJson],
    "sources test": list[shapes.ProbeJson],
    "reports list": list[shapes.ReportJson],
    "error": shapes.ErrorJson,
    "log": shapes.LogJson,
}
"""What can be asked for: the commands that have `--format json`, their errors, and a line of `--log-format json`."""


class _Closed(GenerateJsonSchema):
    """Allow an object no other keys than its type names."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 -- as it is called
        """Write no titles that only repeat the keys."""
        return False

    def typed_dict_schema(self, schema: TypedDictSchema) -> dict[str, Any]:
        return super().typed_dict_schema(schema) | {"additionalProperties": False}


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of what one command answers; UsageError where it answers no JSON."""
    if name not in ANSWERS:
        raise UsageError(f"there is no JSON of {name!r}; there is that of {', '.join(ANSWERS)}")
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": f"scout {name}"}
    return head | {key: value for key, value in schema_of(ANSWERS[name]).items() if key != "title"}


def schema_of(shape: Any) -> dict[str, Any]:
    """Return the closed JSON Schema of a type."""
    return TypeAdapter(shape).json_schema(schema_generator=_Closed)
