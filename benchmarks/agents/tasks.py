"""Ten things that coding agents do in Django, each with what has to be seen for it, and the two ways to see that.

`calls`: tools of the MCP server with their defaults, unless a budget stands there. `patterns` and `reads`: what ripgrep is asked by
somebody who knows the words to ask for, and the files that are opened then. A task counts only when everything in `needs` was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do."""

    what: str
    needs: tuple[tuple[str, str], ...]
    """(path, a line that must be seen)."""
    calls: tuple[tuple[str, Mapping[str, object]], ...]
    patterns: tuple[str, ...]
    reads: tuple[str, ...] = ()
    """Files; empty: the lines that ripgrep prints are enough."""


QUERY = "db/models/sql/query.py"
BASE = "db/models/base.py"
SESSIONS = "contrib/sessions/backends/base.py"
CSRF = "middleware/csrf.py"
HASHERS = "contrib/auth/hashers.py"
OPTIONS = "contrib/admin/options.py"
HANDLER = "core/handlers/base.py"
TRANSACTION = "db/transaction.py"

TASKS = (
    Task(
        "Where does a filter become a WHERE clause?",
        ((QUERY, "def build_filter("), (QUERY, "condition = self.build_lookup(lookups, col, value)")),
        (
            ("search", {"query": "how does a queryset filter build the where clause", "path": "db/**"}),
            ("read", {"target": "Query.build_filter"}),
        ),
        ("def (build_filter|build_where|add_q|_add_q)",),
        (QUERY,),
    ),
    Task(
        "Who calls get_user_model?",
        (("contrib/auth/views.py", "views.py"), ("test/signals.py", "signals.py")),
        (("callers", {"name": "get_user_model"}),),
        (r"get_user_model\b",),
    ),
    Task(
        "How long does a session live? Read the method.",
        ((SESSIONS, "return delta.days * 86400 + delta.seconds"), (SESSIONS, "def get_expiry_age(self, **kwargs):")),
        (("read", {"target": "SessionBase.get_expiry_age"}),),
        ("def get_expiry_age",),
        (SESSIONS,),
    ),
    Task(
        "How is a CSRF token checked?",
        ((CSRF, "def _check_token(self, request):"), (CSRF, "if not _does_token_match(request_csrf_token, csrf_secret):")),
        (("context", {"question": "how is a CSRF token checked", "path": "middleware/**", "max_tokens": 2000}),),
        ("_check_token|_does_token_match",),
        (CSRF,),
    ),
    Task(
        "What breaks when Model.save_base changes?",
        ((BASE, "def save("), ("core/serializers/base.py", "def save(")),
        (("impact", {"name": "Model.save_base", "depth": 2}), ("read", {"target": "Model.save", "max_tokens": 600})),
        (r"save_base\(", r"def save\("),
        (BASE,),
    ),
    Task(
        "What is in the admin's options.py?",
        ((OPTIONS, "def changeform_view(self, request"), (OPTIONS, "class InlineModelAdmin(BaseModelAdmin)")),
        (("outline", {"path": OPTIONS, "max_tokens": 6000}),),
        (),
        (OPTIONS,),
    ),
    Task(
        "Which commands derive from BaseCommand?",
        (("core/management/commands/check.py", "check"), ("core/management/templates.py", "TemplateCommand")),
        (("read", {"target": "BaseCommand", "max_tokens": 1000}),),
        (r"class \w+\(.*BaseCommand\)",),
    ),
    Task(
        "Where does this message come from: Cannot force both insert and updating",
        ((BASE, 'raise ValueError("Cannot force both insert and updating in model saving.")'), (BASE, "def save(")),
        (
            ("search", {"query": "Cannot force both insert and updating", "mode": "literal"}),
            ("read", {"target": f"{BASE}:828-880"}),
        ),
        ("Cannot force both insert and updating",),
        (BASE,),
    ),
    Task(
        "What does BaseHandler.get_response do, and what does it call?",
        ((HANDLER, "def get_response(self, request):"), (HANDLER, "response = self._middleware_chain(request)")),
        (("read", {"target": "BaseHandler.get_response"}), ("callees", {"name": "BaseHandler.get_response"})),
        (r"def get_response\(",),
        (HANDLER,),
    ),
    Task(
        "How does atomic() roll back to a savepoint?",
        ((TRANSACTION, "def __exit__(self, exc_type, exc_value, traceback):"), (TRANSACTION, "connection.savepoint_rollback(sid)")),
        (("read", {"target": "Atomic.__exit__"}),),
        ("class Atomic|savepoint_rollback",),
        (TRANSACTION,),
    ),
)
