"""The shapes of the keys of other platforms that stand in the traffic of programs: a row a family.

Rules:
1. A row says whose keys they are; ``sources`` says where their form is said.
2. A family grows by a row. No literal begins inside another where a word may begin.
"""

from typing import Final

from mimir.core.redaction.proofs import BEFORE, HEX, RANDOM, TOKEN, WORD
from mimir.core.redaction.shapes import row as _row

PLATFORM_SHAPES: Final = (
    _row("github", "GitHub", "ghp_ gho_ ghu_ ghs_ ghr_", WORD % 30),
    _row("github_pat", "GitHub", "github_pat_", r"[A-Za-z0-9_]{40,}"),
    _row(
        "gitlab",
        "GitLab",
        "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- gloas- glagent- glimt-",
        r"[A-Za-z0-9_.-]{19,}[A-Za-z0-9_-]",
    ),
    _row(
        "slack",
        "Slack",
        "xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxo- xoxc- xoxd- xoxe. xapp-",
        r"[A-Za-z0-9.%+/=_-]{19,}[A-Za-z0-9=_-]",
        proof=RANDOM,
    ),
    _row(
        "slack_webhook",
        "Slack",
        "hooks.slack.com/",
        r"(?:services|workflows|triggers)/[A-Za-z0-9_/]{20,}",
    ),
    _row(
        "discord_webhook",
        "Discord",
        "/api/webhooks/",
        r"[0-9]{15,20}/[A-Za-z0-9_-]{40,}",
        head=r"discord(?:app)?\.com\Z",
    ),
    _row("teams_webhook", "Microsoft Teams", ".webhook.office.com/", r"[A-Za-z0-9@/-]{40,}"),
    _row("stripe", "Stripe", "sk_live_ sk_test_ rk_live_ rk_test_ sk_org_live_", WORD % 16),
    _row("stripe_webhook", "Stripe and Svix", "whsec_", r"[A-Za-z0-9+/]{24,}={0,2}"),
    _row("npm", "npm", "npm_", WORD % 30),
    _row("pypi", "PyPI", "pypi-", TOKEN % 50, proof=RANDOM),
    _row("sendgrid", "SendGrid", "SG.", r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,}"),
    _row("digitalocean", "DigitalOcean", "dop_v1_ doo_v1_ dor_v1_", HEX % 64),
    _row("vault", "HashiCorp Vault", "hvs. hvb. hvr.", TOKEN % 20, proof=RANDOM),
    _row("grafana", "Grafana", "glsa_ glc_", r"[A-Za-z0-9_+/=-]{32,}", proof=RANDOM),
    _row("notion", "Notion", "ntn_ secret_", WORD % 40),
    _row("linear", "Linear", "lin_api_ lin_oauth_", WORD % 32),
    _row("postman", "Postman", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}"),
    _row("shopify", "Shopify", "shpat_ shpss_ shpca_ shppa_", r"[0-9a-fA-F]{32}"),
    _row(
        "doppler",
        "Doppler",
        "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.",
        r"(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}",
    ),
    _row("age", "age", "AGE-SECRET-KEY-1", r"[0-9A-Z]{58}"),
    _row("twilio", "Twilio", "SK", HEX % 32, ahead="[0-9a-f]{8}"),
    _row("mailgun", "Mailgun", "key-", HEX % 32),
    _row(
        "mailchimp",
        "Mailchimp",
        "-us",
        r"[0-9]{1,2}(?![0-9A-Za-z])",
        head=BEFORE + r"[0-9a-f]{32}\Z",
    ),
    _row(
        "telegram",
        "Telegram bots",
        ":AA",
        r"[A-Za-z0-9_-]{32,34}(?![0-9A-Za-z])",
        head=r"(?<![0-9])[0-9]{8,10}\Z",
    ),
    _row("newrelic", "New Relic", "NRAK- NRII- NRJS-", TOKEN % 20),
    _row("sentry", "Sentry", "sntrys_ sntryu_", r"[A-Za-z0-9+/=_-]{40,}"),
    _row("posthog", "PostHog", "phx_", WORD % 32),
    _row("figma", "Figma", "figd_", TOKEN % 32),
    _row("airtable", "Airtable", "pat", r"\w{14}\.[0-9a-f]{64}", ahead=r"\w{14}\."),
    _row("hubspot", "HubSpot", "pat-na1- pat-na2- pat-eu1-", r"[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}"),
    _row("netlify", "Netlify", "nfp_", WORD % 32),
    _row("supabase", "Supabase", "sbp_ sb_secret_", TOKEN % 24, proof=RANDOM),
    _row(
        "planetscale",
        "PlanetScale",
        "pscale_tkn_ pscale_pw_ pscale_oauth_",
        r"[A-Za-z0-9_.=-]{32,}",
    ),
    _row("pulumi", "Pulumi", "pul-", HEX % 40),
    _row("rubygems", "RubyGems", "rubygems_", HEX % 48),
    _row("docker", "Docker", "dckr_pat_ dckr_oat_", TOKEN % 27),
    _row("atlassian", "Atlassian", "ATATT3 ATCTT3 ATBB", r"[A-Za-z0-9_=-]{28,}"),
    _row("brevo", "Brevo", "xkeysib- xsmtpsib-", r"[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    _row("tailscale", "Tailscale", "tskey-", r"[a-z]{2,10}-[A-Za-z0-9-]{20,}"),
    _row("resend", "Resend", "re_", r"[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,}"),
    _row("sonar", "SonarQube", "sqp_ squ_ sqa_", HEX % 40),
    _row("square", "Square", "sq0atp- sq0csp- sq0idp-", TOKEN % 22),
    _row("terraform", "HCP Terraform", ".atlasv1.", TOKEN % 50, head=BEFORE + r"[A-Za-z0-9]{14}\Z"),
    _row(
        "azure_client",
        "Microsoft Entra client secrets",
        "Q~",
        r"[A-Za-z0-9_.~-]{30,33}[A-Za-z0-9_~-]",
        head=r"[A-Za-z0-9_~.]{3}[0-9]\Z",
    ),
    _row("onepassword", "1Password", "ops_eyJ", r"[A-Za-z0-9_=-]{100,}"),
    _row("heroku", "Heroku", "HRKU-", TOKEN % 32),
    _row("dropbox", "Dropbox", "sl.", r"(?:u\.)?[A-Za-z0-9_-]{100,}"),
    _row("cloudflare", "Cloudflare origin CA keys", "v1.0-", r"[0-9a-f]{24}-[0-9a-f]{100,}"),
    _row("circleci", "CircleCI", "CCIPAT_ CCIPRJ_", r"[A-Za-z0-9]{20,}_[0-9a-f]{40}"),
    _row("buildkite", "Buildkite", "bkua_", HEX % 40),
    _row("facebook", "Meta", "EAA", WORD % 80),
    _row("razorpay", "Razorpay", "rzp_live_ rzp_test_", WORD % 14),
    _row("flyio", "Fly.io", "fo1_ fm1_ fm2_", r"[A-Za-z0-9+/=_,-]{39,}[A-Za-z0-9+/=_-]"),
    _row(
        "jwt",
        "JSON Web Tokens",
        "eyJ",
        r"[A-Za-z0-9_-]{12}[A-Za-z0-9_.-]*[A-Za-z0-9_-]",
        proof=r"\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]",
    ),
)
"""The families of other platforms, and JSON Web Tokens."""
