"""The forms of usage that the command line reads, by the names that ``--format`` takes.

Rules:
1. ``mimir`` is the fields of ``Usage``: disjoint buckets. Every other form is a provider's own
   usage object as it arrives in JSON, which its normaliser makes disjoint.
2. Where a form itself says which tier or region served, that counts unless the user says.
"""

from typing import Final

from mimir.core.pricing.normalise import (
    anthropic,
    bedrock,
    cohere,
    deepseek,
    gemini,
    mistral,
    openai,
    otel,
    xai,
)
from mimir.core.pricing.usage_line import PLAIN, Format

OWN: Final = "mimir"
"""The form of disjoint buckets."""

FORMATS: Final[dict[str, Format]] = {
    OWN: PLAIN,
    "openai_chat": Format(openai.chat),
    "openai_responses": Format(openai.responses),
    "openai_realtime": Format(openai.realtime),
    "anthropic": Format(anthropic.messages, anthropic.served_tier, anthropic.served_region),
    "gemini": Format(gemini.usage_metadata, gemini.served_tier),
    "bedrock": Format(bedrock.converse),
    "mistral": Format(mistral.chat),
    "deepseek": Format(deepseek.chat),
    "xai_chat": Format(xai.chat),
    "xai_responses": Format(xai.responses),
    "cohere": Format(cohere.chat),
    "otel": Format(otel.attributes),
}
"""Every form by its name."""
