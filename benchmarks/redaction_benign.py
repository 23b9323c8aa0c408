"""Texts that only look as if they held a secret, one between each pair of lines of ``---``.

Rules:
1. None holds a secret: whoever changes one damages what a person wrote.
"""

from typing import Final

_TEXTS: Final = r"""
the password is wrong
---
Your password must be at least 8 characters long.
---
Please enter your password: it is case-sensitive.
---
The password is hashed with SHA256 before it is stored.
---
Forgot your password? Reset it here.
---
Secret: the ingredient is butter.
---
The secret to good bread is time.
---
Bearer of bad news, the messenger was dismissed.
---
Use Bearer authentication for every request.
---
Basic authentication is not supported; use Basic credentials only over TLS.
---
Basic information about the company
---
The token is expired.
---
token: string
---
secret: bool
---
password: Optional[str] = None
---
def login(user: str, password: str) -> bool: ...
---
def __init__(self, api_key: str | None = None, token: str = "") -> None:
---
max_tokens: 100
---
{"max_tokens": 1024, "temperature": 0.7, "model": "gpt-4o-mini-2024-07-18"}
---
password=${DB_PASSWORD}
---
DB_PASSWORD=$DB_PASSWORD
---
password: ${{ secrets.DB_PASSWORD }}
---
password: {{ vault_password }}
---
Authorization: Bearer <your-api-key>
---
Authorization: Bearer $OPENAI_API_KEY
---
Authorization: Bearer ${TOKEN}
---
-H "Authorization: Bearer YOUR_API_KEY"
---
-H "x-api-key: $ANTHROPIC_API_KEY"
---
api_key="<your-api-key>"
---
api_key = "your-api-key"
---
api_key="YOUR_API_KEY_HERE"
---
OPENAI_API_KEY=sk-...
---
export OPENAI_API_KEY="sk-..."
---
api_key=os.environ['X']
---
api_key = os.environ.get("OPENAI_API_KEY")
---
api_key=os.getenv("API_KEY")
---
password = getpass.getpass("Password: ")
---
const apiKey = process.env.OPENAI_API_KEY;
---
apiKey: process.env["ANTHROPIC_API_KEY"],
---
client = OpenAI(api_key=api_key, timeout=30)
---
client = Client(token=self.token, secret=config.secret)
---
self.password = password
---
self._api_key = api_key or settings.API_KEY
---
if password != confirm_password:
---
if (token === null) return;
---
token = next(tokens)
---
token = tokenizer.decode(ids)
---
const token = await getToken();
---
let token = req.headers.authorization?.split(" ")[1];
---
password = request.form["password"]
---
password_field = driver.find_element(By.ID, "password")
---
pwd
---
cd "$(pwd)" && ls
---
secret = secrets.token_urlsafe(32)
---
secret_key = SecretStr("")
---
secret = Secret.from_env("X")
---
api_key: SecretStr
---
password: SecretStr = Field(default=None)
---
password = models.CharField(max_length=128)
---
password = serializers.CharField(write_only=True)
---
{"type": "object", "properties": {"password": {"type": "string", "title": "Password"}}, "required": ["password"]}
---
{"name": "api_key", "in": "header", "type": "apiKey"}
---
{"name": "password", "type": "string", "description": "The password of the user"}
---
{"required": ["username", "password", "token"]}
---
fields = ['username', 'password', 'email']
---
{"password": null, "token": null, "secret": ""}
---
{"password": "", "api_key": false}
---
{"password": "********", "token": "[REDACTED]"}
---
{"password": "[FILTERED]", "secret": "<redacted>"}
---
{"password": "This field is required."}
---
{"label": "Password", "placeholder": "Enter your password"}
---
{"password": "Password", "forgot_password": "Forgot your password?", "login": "Log in"}
---
{"api_key": "string", "secret": "string"}
---
{"token_type": "bearer", "expires_in": 3600}
---
{"author": "Ann Smith", "authority": "https://login.example.com/common"}
---
{"tokenizer": "cl100k_base", "tokenizer_class": "LlamaTokenizerFast", "eos_token": "</s>", "pad_token": "<pad>"}
---
{"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 32000}
---
{"token": " the", "logprob": -0.31, "bytes": [32, 116], "top_logprobs": []}
---
{"finish_reason": "stop", "stop_token": "<|eot_id|>"}
---
primary_key=True
---
id = Column(Integer, primary_key=True)
---
FOREIGN KEY (user_id) REFERENCES users(id)
---
sort_key: created_at
---
partition_key = "customer_id"
---
key: value
---
key = "name"
---
for key, value in data.items():
---
sorted(items, key=lambda item: item.name)
---
sorted(rows, key=operator.itemgetter("created_at_2024"))
---
cache_key = f"user:{user_id}"
---
keyboard: qwerty
---
keyword: best-laptops-2024
---
monkey=banana123
---
turkey: 4500g
---
idempotency_key: 3f2f1c9a-0000-4000-8000-000000000001
---
public_key: ssh-rsa
---
api_key_id: key_01
---
aws_access_key_id =
---
key_name: prod-eu-1
---
task-runner, disk-usage and risk-free are words
---
from sklearn import sk-learn-compatible-estimators-2024
---
pip install sk-learn-1.5.2 task-runner==2.0
---
.sk-folding-cube .sk-cube4 { color: red }
---
sk-SK and vk-api-python-client
---
hf_hub_download(repo_id="org/model", filename="a.bin")
---
hf_hub_download_with_progress_bar_and_retry
---
from hf_transfer import hf_transfer_download_files_to_directory
---
pa-rliamentary and pa-nel-discussion-of-the-year
---
ghp_ is the prefix of a personal access token of GitHub
---
keys begin with sk-, vk-, AKIA or AIza
---
gsk_ keys come from Groq, xai- keys from xAI
---
a Slack token begins with xoxb- or xoxp-
---
r8_ and hf_ are prefixes too
---
npm_config_registry=https://registry.npmjs.org npm_lifecycle_event=build
---
npm_package_dependencies_some_long_name_here_too
---
sk_buff_alloc_with_frags_and_headroom_for_driver
---
sk_live_ and sk_test_ are the prefixes of Stripe
---
whsec_ is how a webhook secret begins
---
re_search_pattern_for_something_longer_than_that
---
fw_update_manager_for_the_new_controller_v2
---
fc-cache-of-fonts-and-fc-list-of-all-families
---
key-value-stores-and-key-performance-indicators
---
EAAccess is a word, SG.UI.Components too
---
SG.Framework.Components.Rendering.Pipeline
---
dp.st is the name of a variable; dp.pt.x = 3
---
pat-na1-is-a-prefix
---
lin_api_ tokens, ntn_ tokens and secret_ tokens
---
secret_santa_list_of_the_whole_company_2024
---
up_to_date_and_down_to_earth
---
AKIA is a prefix of access key ids
---
EURASIA0123456789ABCDEF SLOVAKIA0123456789ABCDEF
---
arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf
---
arn:aws:iam::123456789012:role/task-runner
---
{"SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:app-1a2b3c"}
---
vault kv get secret/data/app
---
kubectl get secret db-credentials -o yaml
---
secretKeyRef:
  name: db-credentials
  key: password
---
valueFrom: {secretKeyRef: {name: db, key: password}}
---
secretName: tls-example-2024
---
type: kubernetes.io/basic-auth
---
imagePullSecrets: [{name: regcred}]
---
https://example.com/reset-password?lang=en&next=/home
---
https://docs.example.com/api/authentication#api-key
---
https://example.com/path/to/page?key=name&sort=asc
---
https://user@example.com/
---
postgres://localhost:5432/db
---
postgresql://user:password@localhost:5432/mydb
---
postgres://<user>:<password>@<host>/<db>
---
mongodb://${USER}:${PASS}@host/db
---
http://localhost:8000/token http://127.0.0.1:4000/v1
---
see http://example.com:8080/a@b
---
git clone git@github.com:org/repo.git
---
mail ann@example.com or bob+tag@example.co.uk
---
Cookie: a small file that a site stores.
---
Set-Cookie and Cookie headers are removed.
---
We use cookies. Cookie policy: read more.
---
cookies = requests.cookies.RequestsCookieJar()
---
Authorization: see the section below
---
Authorization is required.
---
authorization: none
---
auth: none
---
auth = HTTPBasicAuth(user, password)
---
author: ann
---
authenticate(user, password)
---
auth_type: oauth2
---
auth_url: https://example.com/oauth2/authorize
---
oauth_scopes: read write
---
credentials: include
---
credentials = service_account.Credentials.from_service_account_file(path)
---
fetch(url, { credentials: 'same-origin' })
---
credential_source: Environment
---
GOOGLE_APPLICATION_CREDENTIALS=/etc/keys/service-account.json
---
password_file: /run/secrets/db_password
---
PASSWORD_FILE=/run/secrets/db_password
---
password = /run/secrets/db_password
---
POSTGRES_PASSWORD_FILE: /run/secrets/pg
---
private_key_path: ~/.ssh/id_ed25519
---
ssl_key: /etc/ssl/private/server.key
---
ssh_key = "~/.ssh/id_rsa"
---
password_policy: strong
---
min_password_length: 12
---
password_hash_algorithm: argon2id
---
passwordless login
---
The Secretary of State spoke.
---
Compassion and surpassing: classes pass all tests.
---
pass: 12, fail: 3
---
tests pass=12 fail=3
---
bypass = true
---
passed: 100
---
passenger: John Smith
---
compass: north
---
session: closed
---
session = Session(bind=engine)
---
session_id: 3f2f1c9a-0000-4000-8000-000000000001
---
sig: 3 figures
---
signature: (a: int) -> str
---
signature = inspect.signature(func)
---
rate_limit_tokens: 20000
---
tokens_per_minute=30000
---
input_token_count=12345 output_token_count=678
---
cached_tokens: 1024, reasoning_tokens: 2048
---
token_count: 12
---
num_tokens=1000000
---
context window of 200000 tokens; token limit: 8192
---
"usage": {"input_tokens": 12, "output_tokens": 34, "cache_read_input_tokens": 0}
---
a token: one word or part of one
---
{"token": "hello"}
---
{"object": "list", "data": [{"id": "gpt-4o", "owned_by": "system"}]}
---
anthropic:claude-sonnet-4-5-20250929
---
bedrock:us.anthropic.claude-3-5-sonnet-20241022-v2:0
---
openai/gpt-oss-120b, meta-llama/Llama-3.3-70B-Instruct-Turbo
---
models/text-embedding-3-large-v20240101
---
C:\Users\ann\AppData\Local\Programs\Python\Python311
---
/usr/lib/python3/dist-packages/task-runner/disk-usage.py
---
E = mc^2 and \frac{\partial L}{\partial \theta_k} = 0
---
\begin{equation} key = \sum_{i} x_i \end{equation}
---
El secreto est\u00e1 en la masa. La contrase\u00f1a es obligatoria.
---
Das Passwort ist falsch. Das Geheimnis: Zeit.
---
Le mot de passe est requis.
---
\u5bc6\u7801\u9519\u8bef\uff0c\u8bf7\u91cd\u65b0\u8f93\u5165
---
\u30d1\u30b9\u30ef\u30fc\u30c9\u3092\u5fd8\u308c\u305f
---
!function(e,t){var n=e.key,r=t.token;return n===r?t.secret:e}(window,this);
---
var a={key:"b",token:function(){return c},secret:null};
---
.btn-password:hover{color:#ff0000}.token-keyword{font-weight:700}
---
<input type="password" name="password" placeholder="Password">
---
<label for="password">Password</label>
---
<password type="string"/>
---
<xs:element name="password" type="xs:string"/>
---
<span class="token punctuation">{</span>
---
SELECT password FROM users WHERE token = ?
---
INSERT INTO users (name, password) VALUES (?, ?)
---
CREATE TABLE users (id INT PRIMARY KEY, password VARCHAR(255), token TEXT);
---
ALTER USER app PASSWORD NULL;
---
WHERE api_key = :api_key AND secret = %s
---
conn = connect(user="%s", password="%s")
---
password=%(password)s
---
f"password={password}"
---
f"Bearer {token}"
---
"Bearer " + token
---
`Bearer ${token}`
---
headers = {"Authorization": f"Bearer {self.api_key}"}
---
headers: { Authorization: `Bearer ${apiKey}` }
---
{"Authorization": "Bearer {{token}}"}
---
"Authorization": "Bearer " + os.environ["TOKEN"]
---
req.Header.Set("Authorization", "Bearer "+token)
---
WWW-Authenticate: Bearer realm="example", error="invalid_token"
---
WWW-Authenticate: Basic realm="Restricted Area 51"
---
401 Unauthorized: invalid API key provided
---
Error: Incorrect API key provided: sk-...abcd. You can find your API key at https://platform.openai.com.
---
{"error": {"message": "Invalid token", "type": "authentication_error", "code": "invalid_api_key"}}
---
{"error": "invalid_client_secret"}
---
access_token_url: https://example.com/oauth/token
---
refresh_token_ttl: 86400
---
token_expiry=3600 secret_rotation_days=90
---
password_reset_timeout = 259200
---
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
---
AUTH_PASSWORD_VALIDATORS = []
---
SECRET_KEY = env("SECRET_KEY")
---
SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
---
secrets:
  db_password:
    file: ./db_password.txt
---
environment:
  - DB_PASSWORD
  - API_KEY=${API_KEY:-}
---
os.environ/AZURE_API_KEY
---
api_key: os.environ/OPENAI_API_KEY
---
model_list:
  - model_name: gpt-4o
    litellm_params: {model: azure/gpt-4o, api_key: os.environ/AZURE_API_KEY}
---
api_key_env: OPENAI_API_KEY
---
"api_key_env_var": "MISTRAL_API_KEY"
---
{"env": {"ANTHROPIC_API_KEY": "${ANTHROPIC_API_KEY}"}}
---
api_key: !secret openai_key
---
api_key: !ENV OPENAI_API_KEY
---
password: op://vault/item/password
---
password: vault:secret/data/db#password
---
token = "token"
---
password = "password"
---
API_KEY_HEADER = "X-API-Key"
---
X-API-Key: required
---
header name: x-api-key
---
--password PASSWORD   the password to use
---
--api-key TEXT  Your API key
---
--token <token>
---
-p, --password string   Password
---
usage: run [--token TOKEN] [--password-file FILE]
---
password (str): The password.
---
:param password: the password of the account
---
@param token the token to check
---
| password | string | yes | the user's password |
---
| `api_key` | `str` | required |
---
- **token**: the token to use
---
## Password: rules
---
api_key (required): your key
---
"api_key": <string>
---
token: Annotated[str, Depends(oauth2_scheme)]
---
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")
---
password: '***'
---
password=xxxxxxxx
---
password: changeme
---
secret=REPLACE_ME
---
token=TODO
---
api_key=None
---
token: undefined
---
secret: true
---
password: 8
---
version 1.2.3 build 20240718 rev 4f2a9c1
---
10.0.0.1:5432 2001:db8::8a2e:370:7334
---
1f4e:ab:cd UTF-8 ISO-8859-1 RFC7519 HS256 AES-256-GCM
---
algorithm: HS256, key length: 256 bits
---
"alg": "RS256", "typ": "JWT", "kid": "2024-01"
---
eyJ is how a JSON Web Token begins
---
cursor: eyJpZCI6MTB9
---
{"next_cursor": "eyJpZCI6MTAsImRpciI6ImFzYyJ9"}
---
-----BEGIN PRIVATE KEY----- is the first line of a PEM file.
---
Paste the key between -----BEGIN RSA PRIVATE KEY----- and -----END RSA PRIVATE KEY----- please.
---
-----BEGIN CERTIFICATE REQUEST-----
---
$ docker login -u user --password-stdin registry.example.com
---
mysql -u root -p
---
ssh-keygen -t ed25519 -C "ann@example.com"
---
openssl rand -base64 32
---
python -c "import secrets; print(secrets.token_hex(16))"
---
curl -u "$USER:$PASS" https://example.com
---
curl -u user:password https://example.com
---
The key takeaway: invest early. The key: patience.
---
Key: G major. Key = C#m7
---
Press any key to continue; key=Enter
---
Turn the key 90 degrees.
---
The house key is under the mat
---
translation.key.for.password.reset.title=Reset
---
password.reset.title=Reset your password
---
auth.error.invalid_token=The token is not valid.
---
ACCESS_TOKEN_EXPIRE_MINUTES = 30
---
JWT_ALGORITHM=HS256
---
secret sauce: 2 tbsp mayo, 1 tbsp ketchup
---
top-secret: no
---
The Secret Garden (1911), the secret life of bees
---
tokenize("hello world") -> ["hello", "world"]
---
Token(value='x', kind=TokenKind.NAME)
---
token.type == TokenType.STRING
---
case Token.IDENTIFIER: return parse_identifier(token)
---
enum Token { Plus = 1, Minus = 2 }
---
pub struct Config { pub api_key: String, pub token: Option<String> }
---
type Config struct { APIKey string `json:"api_key"`; Password string `yaml:"password"` }
---
interface Login { password: string; token?: string; secret: number }
---
private String password;
---
public void setPassword(String password) { this.password = password; }
---
val token: String = preferences.getString("token", "")
---
@Value("${app.secret}") private String secret;
---
spring.datasource.password=${DB_PASSWORD}
---
Console.ReadLine("Password: ")
---
Connection string: Server=localhost;Database=app;Trusted_Connection=True;
---
connectionString="Data Source=app.db"
---
AccountKey=<your-account-key>;EndpointSuffix=core.windows.net
---
Server=tcp:x.database.windows.net;User ID={your_username};Password={your_password};
---
SSH key added; deploy key removed; API key rotated on 2024-05-01.
---
API key: required. Access token: optional.
---
access token: see https://example.com/tokens
---
Private key: stored in the HSM
---
license key: none
---
The API key is 32 characters long.
---
the token is 3 words
---
password is optional since v2.1
---
password to the vault is in the envelope
---
our secret is out
---
ID token and access token differ: one is for the client.
---
export PATH="$PATH:/opt/bin" LANG=en_US.UTF-8
---
hunter2 is a famous password
"""

BENIGN: Final = tuple(
    text.encode("ascii").decode("unicode_escape") if "\\u" in text else text
    for text in _TEXTS.strip("\n").split("\n---\n")
)
"""One text each."""
