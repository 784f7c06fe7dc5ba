"""Methods of classes of Python's standard library that the library itself calls on whoever inherits from them. By name, never
imported; `x_*` stands for all names that begin so. From the library's documentation (3.11 to 3.13).
"""

from typing import Final

PROTOCOLS: Final = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
"""What declares methods that others have."""

_MAPPING: Final = "get keys items values pop popitem clear update setdefault copy"
_SEQUENCE: Final = "index count"
_OPENING: Final = "default_open unknown_open http_* https_*"
_SERVING: Final = (
    "finish_request get_request handle_error handle_timeout process_request verify_request server_activate server_bind "
    "server_close service_actions shutdown_request close_request"
)
_ROWS: Final = {
    "threading.Thread": "run",
    "threading.Timer": "run",
    "multiprocessing.Process": "run",
    "multiprocessing.context.Process": "run",
    "html.parser.HTMLParser": "handle_* unknown_decl error",
    "ast.NodeVisitor": "visit visit_* generic_visit",
    "ast.NodeTransformer": "visit visit_* generic_visit",
    "json.JSONEncoder": "default encode iterencode",
    "json.encoder.JSONEncoder": "default encode iterencode",
    "json.JSONDecoder": "decode raw_decode",
    "logging.Handler": "emit handle format flush close filter acquire release createLock handleError",
    "logging.StreamHandler": "emit handle format flush close filter handleError setStream",
    "logging.FileHandler": "emit handle format flush close filter handleError",
    "logging.handlers.BufferingHandler": "shouldFlush emit flush",
    "logging.handlers.MemoryHandler": "shouldFlush emit flush",
    "logging.handlers.RotatingFileHandler": "shouldRollover doRollover emit",
    "logging.handlers.TimedRotatingFileHandler": "shouldRollover doRollover emit",
    "logging.handlers.QueueHandler": "prepare enqueue emit",
    "logging.handlers.QueueListener": "dequeue prepare handle",
    "logging.Formatter": "format formatTime formatException formatStack formatMessage usesTime converter",
    "logging.Filter": "filter",
    "logging.LoggerAdapter": "process",
    "logging.Logger": "makeRecord handle callHandlers findCaller filter",
    "unittest.TestCase": "setUp tearDown setUpClass tearDownClass run runTest id shortDescription countTestCases debug test_*",
    "unittest.IsolatedAsyncioTestCase": "setUp tearDown asyncSetUp asyncTearDown setUpClass tearDownClass run test_*",
    "unittest.TestSuite": "run addTest addTests debug countTestCases",
    "unittest.TestResult": "startTest stopTest startTestRun stopTestRun addError addFailure addSuccess addSkip addExpectedFailure "
    "addUnexpectedSuccess addSubTest addDuration wasSuccessful printErrors stop",
    "unittest.TextTestResult": "startTest stopTest startTestRun stopTestRun addError addFailure addSuccess addSkip "
    "addExpectedFailure addUnexpectedSuccess addSubTest addDuration getDescription printErrors printErrorList",
    "unittest.TextTestRunner": "run _makeResult",
    "unittest.TestLoader": "loadTestsFromTestCase loadTestsFromModule loadTestsFromName loadTestsFromNames "
    "getTestCaseNames discover",
    "argparse.ArgumentParser": "error exit print_help print_usage format_help format_usage parse_args parse_known_args "
    "convert_arg_line_to_args add_subparsers add_argument add_argument_group",
    "argparse.HelpFormatter": "add_usage add_argument add_arguments add_text start_section end_section format_help _format_usage "
    "_format_action _format_action_invocation _split_lines _fill_text _get_help_string _format_text _metavar_formatter",
    "argparse.Action": "format_usage",
    "cmd.Cmd": "do_* complete_* help_* emptyline default precmd postcmd preloop postloop onecmd completedefault cmdloop",
    "code.InteractiveConsole": "raw_input write push interact",
    "code.InteractiveInterpreter": "write showsyntaxerror showtraceback runcode runsource",
    "pdb.Pdb": "do_* user_line user_call user_return user_exception",
    "bdb.Bdb": "user_line user_call user_return user_exception",
    "socketserver.BaseRequestHandler": "setup handle finish",
    "socketserver.StreamRequestHandler": "setup handle finish",
    "socketserver.DatagramRequestHandler": "setup handle finish",
    "http.server.BaseHTTPRequestHandler": "do_* handle handle_* log_* version_string setup finish send_error date_time_string "
    "address_string parse_request end_headers",
    "http.server.SimpleHTTPRequestHandler": "do_* handle handle_* log_* translate_path guess_type list_directory send_head "
    "end_headers copyfile",
    "wsgiref.simple_server.WSGIRequestHandler": "do_* handle handle_* log_* get_environ get_stderr address_string close",
    "wsgiref.simple_server.ServerHandler": "close log_* handle_* error_output get_stdin get_stderr add_cgi_vars http_version "
    "cleanup_headers finish_response finish_content send_headers",
    "xml.sax.ContentHandler": "startDocument endDocument startElement endElement startElementNS endElementNS characters "
    "ignorableWhitespace processingInstruction skippedEntity startPrefixMapping endPrefixMapping setDocumentLocator",
    "asyncio.Protocol": "connection_made connection_lost data_received eof_received pause_writing resume_writing",
    "asyncio.BaseProtocol": "connection_made connection_lost pause_writing resume_writing",
    "asyncio.BufferedProtocol": "connection_made connection_lost get_buffer buffer_updated eof_received",
    "asyncio.DatagramProtocol": "connection_made connection_lost datagram_received error_received pause_writing resume_writing",
    "asyncio.SubprocessProtocol": "connection_made connection_lost pipe_data_received pipe_connection_lost process_exited",
    "concurrent.futures.Executor": "submit map shutdown",
    "importlib.abc.Loader": "create_module exec_module load_module",
    "importlib.abc.MetaPathFinder": "find_spec find_module invalidate_caches",
    "importlib.abc.PathEntryFinder": "find_spec invalidate_caches",
    "importlib.abc.SourceLoader": "get_data get_filename get_source get_code path_stats set_data exec_module source_to_code",
    "importlib.abc.InspectLoader": "get_code get_source is_package exec_module source_to_code",
    "pickle.Pickler": "persistent_id reducer_override",
    "pickle.Unpickler": "persistent_load find_class",
    "io.RawIOBase": "read readinto readall write seek tell readable writable seekable close truncate flush fileno isatty",
    "io.BufferedIOBase": "read read1 readinto readinto1 write detach seek tell readable writable seekable close flush",
    "io.TextIOBase": "read readline write detach seek tell readable writable seekable close flush",
    "io.IOBase": "readable writable seekable close flush seek tell truncate readline readlines writelines fileno isatty",
    "textwrap.TextWrapper": "wrap fill _munge_whitespace _split _split_chunks _fix_sentence_endings _handle_long_word _wrap_chunks",
    "pprint.PrettyPrinter": "format",
    "reprlib.Repr": "repr1 repr_*",
    "configparser.RawConfigParser": "optionxform",
    "configparser.ConfigParser": "optionxform",
    "contextlib.ContextDecorator": "_recreate_cm",
    "doctest.OutputChecker": "check_output output_difference",
    "doctest.DocTestRunner": "report_*",
    "doctest.DocTestParser": "parse get_doctest get_examples",
    "urllib.request.BaseHandler": _OPENING,
    "urllib.request.HTTPHandler": _OPENING,
    "urllib.request.HTTPSHandler": _OPENING,
    "urllib.request.HTTPErrorProcessor": _OPENING,
    "urllib.request.HTTPRedirectHandler": f"redirect_request {_OPENING}",
    "socketserver.BaseServer": _SERVING,
    "socketserver.TCPServer": _SERVING,
    "socketserver.UDPServer": _SERVING,
    "socketserver.ThreadingTCPServer": f"process_request_thread {_SERVING}",
    "http.server.HTTPServer": _SERVING,
    "http.server.ThreadingHTTPServer": f"process_request_thread {_SERVING}",
    "wsgiref.simple_server.WSGIServer": f"setup_environ {_SERVING}",
    "string.Formatter": "get_value get_field format_field convert_field check_unused_args vformat parse",
    "email.policy.Policy": "header_source_parse header_store_parse header_fetch_parse fold fold_binary header_max_count",
    "gettext.NullTranslations": "gettext ngettext pgettext npgettext info charset",
    "gettext.GNUTranslations": "gettext ngettext pgettext npgettext info charset",
    "queue.Queue": "_init _qsize _put _get",
    "enum.Enum": "_generate_next_value_ _missing_",
    "enum.IntEnum": "_generate_next_value_ _missing_",
    "enum.StrEnum": "_generate_next_value_ _missing_",
    "enum.Flag": "_generate_next_value_ _missing_ _iter_member_",
    "enum.IntFlag": "_generate_next_value_ _missing_",
    "<builtin>.type": "mro",
    "<builtin>.dict": _MAPPING,
    "<builtin>.list": f"{_SEQUENCE} append extend insert remove pop clear sort reverse copy",
    "<builtin>.set": "add discard remove pop clear update copy union intersection difference isdisjoint issubset issuperset",
    "<builtin>.tuple": _SEQUENCE,
    "collections.UserDict": _MAPPING,
    "collections.OrderedDict": f"{_MAPPING} move_to_end",
    "collections.defaultdict": _MAPPING,
    "collections.Counter": f"{_MAPPING} elements most_common subtract",
    "collections.UserList": f"{_SEQUENCE} append extend insert remove pop clear sort reverse copy",
    "collections.deque": f"{_SEQUENCE} append appendleft extend extendleft insert remove pop popleft clear rotate copy",
}
_ABSTRACT: Final = {
    "Mapping": "get keys items values",
    "MutableMapping": "get keys items values pop popitem clear update setdefault",
    "Sequence": _SEQUENCE,
    "MutableSequence": f"{_SEQUENCE} insert append reverse extend pop remove clear",
    "Set": "isdisjoint _from_iterable _hash",
    "MutableSet": "add discard remove pop clear isdisjoint _from_iterable",
    "Generator": "send throw close",
    "Coroutine": "send throw close",
}
CALLED: Final[dict[str, frozenset[str]]] = {name: frozenset(names.split()) for name, names in _ROWS.items()} | {
    f"{module}.{name}": frozenset(names.split()) for module in ("collections.abc", "typing") for name, names in _ABSTRACT.items()
}
"""Class → its methods that are called outside."""
