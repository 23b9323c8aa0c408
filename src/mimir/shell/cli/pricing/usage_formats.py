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
    "openai_chat": Format(openai.chat, openai.served_tier),
    "openai_responses": Format(openai.responses, openai.served_tier),
    "openai_realtime": Format(openai.realtime, openai.served_tier),
    "openai_images": Format(openai.images, openai.served_tier),
    "openai_transcription": Format(openai.transcription, openai.served_tier),
    "anthropic": Format(anthropic.messages, anthropic.served_tier, anthropic.served_region),
    "gemini": Format(gemini.usage_metadata, gemini.served_tier),
    "bedrock": Format(bedrock.converse),
    "mistral": Format(mistral.chat, mistral.served_tier),
    "mistral_transcription": Format(mistral.transcription, mistral.served_tier),
    "deepseek": Format(deepseek.chat),
    "xai_chat": Format(xai.chat, openai.served_tier),
    "xai_responses": Format(xai.responses, openai.served_tier),
    "cohere": Format(cohere.chat),
    "otel": Format(otel.attributes),
}
"""Every form by its name."""
