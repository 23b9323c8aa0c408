"""What a key of each family looks like: a beginning, and fields that are filled while a test runs.

Rules:
1. No form is a key: a field such as ``{a24}`` stands for 24 characters that chance draws.
2. The letter names the alphabet: ``a`` letters and digits, ``b`` those with ``_`` and ``-``, ``c``
   those with ``+`` and ``/``, ``h`` hexadecimal, ``d`` digits, ``l`` and ``u`` lower or upper case
   with digits, ``x`` base 32.
3. A form has the name of the family of ``mimir.core.redaction.shapes`` that has to know it.
"""

import random
import re
import string
from typing import Final

ALPHABETS: Final = {
    "a": string.ascii_letters + string.digits,
    "b": string.ascii_letters + string.digits + "_-",
    "c": string.ascii_letters + string.digits + "+/",
    "h": "0123456789abcdef",
    "d": string.digits,
    "l": string.ascii_lowercase + string.digits,
    "u": string.ascii_uppercase + string.digits,
    "x": string.ascii_uppercase + "234567",
}
FIELD: Final = re.compile(r"\{([a-z])(\d+)\}")

_TABLE: Final = """
sk             sk-{a48}
sk             sk-{a20}T3BlbkFJ{a20}
sk             sk-proj-{b74}T3BlbkFJ{b74}
sk             sk-svcacct-{b74}T3BlbkFJ{b74}
sk             sk-admin-{b58}T3BlbkFJ{b58}
sk             sk-ant-api03-{b93}AA
sk             sk-ant-admin01-{b93}AA
sk             sk-ant-oat01-{b93}AA
sk             sk-or-v1-{h64}
sk             sk-{h32}
sk             sk-lf-{h8}-{h4}-{h4}-{h4}-{h12}
sk             sk-helicone-{l7}-{l7}-{l7}-{l7}
vk             vk-{b32}
vk             vk-{h40}
google         AIza{b35}
google_oauth   ya29.a0{b120}
google_oauth   GOCSPX-{b28}
google_oauth   1//0{b60}
aws            AKIA{x16}
aws            ASIA{x16}
aws            ABIA{x16}
aws            ACCA{x16}
aws_bedrock    ABSK{c120}
groq           gsk_{a52}
xai            xai-{a80}
replicate      r8_{a37}
perplexity     pplx-{a48}
hugging_face   hf_{a34}
hugging_face   api_org_{a34}
databricks     dapi{h32}
databricks     dapi{h32}-2
nvidia         nvapi-{b64}
cerebras       csk-{l48}
together       tgp_v1_{b43}
vercel         vck_{a56}
voyage         pa-{b43}
pinecone       pcsk_{a6}_{a63}
langsmith      lsv2_pt_{h32}_{h10}
langsmith      lsv2_sk_{h32}_{h10}
elevenlabs     sk_{h48}
wandb          wandb_v1_{a40}
fireworks      fw_{a24}
tavily         tvly-{a32}
tavily         tvly-dev-{a32}
jina           jina_{a60}
firecrawl      fc-{h32}
e2b            e2b_{h40}
llamacloud     llx-{a48}
anyscale       esecret_{a32}
github         ghp_{a36}
github         gho_{a36}
github         ghu_{a36}
github         ghs_{a36}
github         ghr_{a76}
github_pat     github_pat_{a22}_{a59}
gitlab         glpat-{b20}
gitlab         gldt-{b20}
gitlab         glrt-{b20}
slack          xoxb-{d12}-{d12}-{a24}
slack          xoxp-{d12}-{d12}-{d12}-{h32}
slack          xapp-1-{u11}-{d13}-{h64}
slack_webhook  hooks.slack.com/services/T{u8}/B{u8}/{a24}
discord_webhook  discord.com/api/webhooks/{d18}/{b68}
stripe         sk_live_{a24}
stripe         sk_test_{a24}
stripe         rk_live_{a24}
stripe         whsec_{a32}
npm            npm_{a36}
pypi           pypi-AgEIcHlwaS5vcmc{b70}
sendgrid       SG.{b22}.{b43}
digitalocean   dop_v1_{h64}
digitalocean   doo_v1_{h64}
vault          hvs.{b24}
vault          hvb.{b100}
grafana        glsa_{a32}_{h8}
grafana        glc_eyJ{b60}
notion         ntn_{a46}
notion         secret_{a43}
linear         lin_api_{a40}
postman        PMAK-{h24}-{h34}
shopify        shpat_{h32}
shopify        shpss_{h32}
doppler        dp.pt.{a43}
doppler        dp.st.dev.{a43}
age            AGE-SECRET-KEY-1{u58}
twilio         SK{h32}
mailgun        key-{h32}
telegram       {d10}:AA{b33}
newrelic       NRAK-{u27}
sentry         sntrys_{b80}
sentry         sntryu_{h64}
posthog        phx_{a43}
figma          figd_{b40}
airtable       pat{a14}.{h64}
hubspot        pat-na1-{h8}-{h4}-{h4}-{h4}-{h12}
netlify        nfp_{a36}
supabase       sbp_{h40}
supabase       sb_secret_{b31}
planetscale    pscale_tkn_{b43}
pulumi         pul-{h40}
rubygems       rubygems_{h48}
docker         dckr_pat_{b27}
atlassian      ATATT3{b180}
brevo          xkeysib-{h64}-{a16}
tailscale      tskey-auth-{a16}-{a24}
resend         re_{a8}_{a24}
sonar          sqp_{h40}
square         sq0atp-{b22}
square         sq0csp-{b43}
terraform      {a14}.atlasv1.{b64}
azure_client   {a3}8Q~{b34}
onepassword    ops_eyJ{b200}
mailchimp      {h32}-us12
heroku         HRKU-{b58}
dropbox        sl.{b130}
cloudflare     v1.0-{h24}-{h146}
circleci       CCIPAT_{a22}_{h40}
buildkite      bkua_{h40}
facebook       EAA{a180}
razorpay       rzp_live_{a14}
flyio          fo1_{b43}
jwt            eyJ{b33}.eyJ{b80}.{b43}
jwt            eyJ{b17}.eyJ{b120}.{b86}
"""

FORMS: Final = tuple(
    (family, form) for family, form in (line.split() for line in _TABLE.strip().splitlines())
)
"""Every family with the forms that its keys have."""


def fill(form: str, chance: random.Random) -> str:
    """Make a text of the shape of a key out of ``form``.

    >>> len(fill("AKIA{x16}", random.Random(1)))
    20
    """
    return FIELD.sub(
        lambda field: "".join(chance.choices(ALPHABETS[field[1]], k=int(field[2]))), form
    )
