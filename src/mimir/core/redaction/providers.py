"""The shapes of the keys of model providers and of the tools around models: a row a family.

Rules:
1. A row says whose keys they are; ``sources`` says where their form is said.
2. A family grows by a row. No literal begins inside another where a word may begin.
"""

from typing import Final

from mimir.core.redaction.proofs import HEX, RANDOM, TOKEN, WORD
from mimir.core.redaction.shapes import row as _row

PROVIDER_SHAPES: Final = (
    _row(
        "sk",
        "OpenAI, Anthropic, OpenRouter, DeepSeek, Langfuse, LiteLLM and others",
        "sk-",
        TOKEN % 16,
        proof=RANDOM,
    ),
    _row("vk", "virtual keys of gateways", "vk-", TOKEN % 16, proof=RANDOM),
    _row("google", "Google Cloud and Gemini API keys", "AIza", r"[0-9A-Za-z_-]{35}(?![0-9A-Za-z])"),
    _row(
        "google_oauth",
        "Google OAuth access and refresh tokens and client secrets",
        "ya29. GOCSPX- 1//0",
        TOKEN % 24,
    ),
    _row("aws", "AWS access key ids", "AKIA ASIA ABIA ACCA", r"[0-9A-Z]{16}(?![0-9A-Za-z])"),
    _row(
        "aws_bedrock",
        "Amazon Bedrock API keys",
        "ABSK bedrock-api-key-",
        r"[A-Za-z0-9+/]{60,}={0,2}",
    ),
    _row("groq", "Groq", "gsk_", WORD % 32),
    _row("xai", "xAI", "xai-", WORD % 40),
    _row("replicate", "Replicate", "r8_", WORD % 32),
    _row("perplexity", "Perplexity", "pplx-", WORD % 32),
    _row("hugging_face", "Hugging Face", "hf_ api_org_", WORD % 30),
    _row("databricks", "Databricks", "dapi", r"[0-9a-f]{32}(?:-[0-9]{1,2})?(?![0-9A-Za-z])"),
    _row("nvidia", "NVIDIA", "nvapi-", TOKEN % 40),
    _row("cerebras", "Cerebras", "csk-", WORD % 32),
    _row("together", "Together", "tgp_v1_", TOKEN % 32),
    _row("vercel", "Vercel", "vck_ vcp_", WORD % 24),
    _row("voyage", "Voyage AI", "pa-", TOKEN % 40, proof=RANDOM),
    _row("pinecone", "Pinecone", "pcsk_", r"[A-Za-z0-9_]{40,}"),
    _row(
        "langsmith",
        "LangSmith",
        "lsv2_pt_ lsv2_sk_ ls__",
        r"[0-9a-f]{32}(?:_[0-9a-f]{10})?(?![0-9A-Za-z])",
    ),
    _row(
        "elevenlabs",
        "ElevenLabs and others",
        "sk_",
        r"(?:[a-z]{2,5}_)?[A-Za-z0-9]{32,}",
        proof=r"[0-9]",
    ),
    _row("wandb", "Weights & Biases", "wandb_v1_", TOKEN % 24),
    _row("fireworks", "Fireworks", "fw_", WORD % 20, proof=RANDOM),
    _row("tavily", "Tavily", "tvly-", TOKEN % 20, proof=RANDOM),
    _row("jina", "Jina AI", "jina_", WORD % 40),
    _row("firecrawl", "Firecrawl", "fc-", HEX % 32),
    _row("e2b", "E2B", "e2b_", HEX % 40),
    _row("llamacloud", "LlamaCloud", "llx-", WORD % 32),
    _row("anyscale", "Anyscale", "esecret_", WORD % 20),
    _row("runpod", "Runpod", "rpa_", WORD % 30),
    _row("friendli", "Friendli", "flp_", WORD % 30),
    _row("chutes", "Chutes", "cpk_", r"[0-9a-f]{32}[A-Za-z0-9.]*"),
)
"""The families of providers of models, and of the tools around them."""
