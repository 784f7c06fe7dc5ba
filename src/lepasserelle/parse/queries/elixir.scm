; Elixir. Everything is a call: definitions are told apart by the word that is called. Attributes before a definition belong to it.

; ── modules: those with callbacks are behaviours ──
(call target: (identifier) @_word (arguments . (alias) @name) (do_block) @body (#eq? @_word "defmodule")) @definition.namespace
(call target: (identifier) @_word (arguments . (alias) @name) (do_block
  (unary_operator operand: (call target: (identifier) @_callback (#any-of? @_callback "callback" "macrocallback")))) @body
  (#eq? @_word "defmodule")) @definition.interface
(call target: (identifier) @_word (arguments . (alias) @name) (do_block) @body (#eq? @_word "defprotocol")) @definition.interface
(call target: (identifier) @_word (arguments . (alias) @base) @name (do_block) @body (#eq? @_word "defimpl")) @definition.class

; ── functions: name(arguments), name, left operator right; each with or without `when` ──
(call target: (identifier) @_word (arguments . [
    (call target: (identifier) @name) (identifier) @name
    (binary_operator left: [(call target: (identifier) @name) (identifier) @name] operator: "when")
  ] . (keywords (pair) @body)?) . (do_block)? @body
  (#any-of? @_word "def" "defp")) @definition.function
(call target: (identifier) @_word (arguments . [
    (binary_operator operator: _ @name)
    (binary_operator left: (binary_operator operator: _ @name) operator: "when")
    (unary_operator operator: _ @name operand: (_))
  ] . (keywords (pair) @body)?) . (do_block)? @body
  (#any-of? @_word "def" "defp") (#not-eq? @name "when")) @definition.function
(call target: (identifier) @_word (arguments . [
    (call target: (identifier) @name) (identifier) @name
    (binary_operator left: [(call target: (identifier) @name) (identifier) @name] operator: "when")
  ] . (keywords (pair) @body)?) . (do_block)? @body
  (#any-of? @_word "defmacro" "defmacrop")) @definition.macro
(call target: (identifier) @_word (arguments . [
    (binary_operator operator: _ @name)
    (binary_operator left: (binary_operator operator: _ @name) operator: "when")
    (unary_operator operator: _ @name operand: (_))
  ] . (keywords (pair) @body)?) . (do_block)? @body
  (#any-of? @_word "defmacro" "defmacrop") (#not-eq? @name "when")) @definition.macro
(call target: (identifier) @_word (arguments . (binary_operator left: [(call target: (identifier) @name) (identifier) @name] operator: "when"
  right: (_) @body)) (#any-of? @_word "defguard" "defguardp")) @definition.macro
(call target: (identifier) @_word (arguments . [(call target: (identifier) @name) (identifier) @name] . (keywords) @body)
  (#eq? @_word "defdelegate")) @definition.function
(call target: (identifier) @_word (arguments . (string) @name) (do_block) @body (#eq? @_word "test")) @definition.function
(anonymous_function (stab_clause) @body) @definition.lambda
(unary_operator operator: "&" operand: (_) @body (#match? @body "&1")) @definition.lambda

; ── attributes that define: constants, types, callbacks; fields of structs ──
(unary_operator operator: "@" operand: (call target: (identifier) @name (arguments (_)))
  (#not-match? @name "^(?:doc|moduledoc|typedoc|spec|type|typep|opaque|callback|macrocallback|impl|behaviour|optional_callbacks|derive|enforce_keys|deprecated|dialyzer|compile|external_resource|before_compile|after_compile|on_load|on_definition|tag|moduletag|describetag|since)$")) @definition.constant
(unary_operator operator: "@" operand: (call target: (identifier) @_word (arguments (binary_operator
  left: [(identifier) @name (call target: (identifier) @name)] operator: "::"))) (#any-of? @_word "type" "typep" "opaque")) @definition.type
(unary_operator operator: "@" operand: (call target: (identifier) @_word (arguments [
  (binary_operator left: (call target: (identifier) @name) operator: "::")
  (binary_operator left: (binary_operator left: (call target: (identifier) @name) operator: "::") operator: "when")]))
  (#any-of? @_word "callback" "macrocallback")) @definition.method
(call target: (identifier) @_word (arguments (list (atom) @name @definition.field)) (#eq? @_word "defstruct"))
(call target: (identifier) @_word (arguments (list (keywords (pair key: (keyword) @name) @definition.field)))
  (#eq? @_word "defstruct"))
(call target: (identifier) @_word (arguments (keywords (pair key: (keyword) @name) @definition.field))
  (#any-of? @_word "defstruct" "defexception"))

; ── documentation ──
(comment) @comment
((unary_operator operator: "@" operand: (call target: (identifier) @_word)) @leading
  (#any-of? @_word "doc" "typedoc" "spec" "impl" "deprecated" "since" "tag"))
(unary_operator operator: "@" operand: (call target: (identifier) @_word (arguments [(string) (sigil)] @documentation))
  (#eq? @_word "moduledoc"))
(unary_operator operator: "@" operand: (call target: (identifier) @_word (arguments [(string) (sigil)] @documentation.head))
  (#any-of? @_word "doc" "typedoc"))

; ── bases, decorators ──
(unary_operator operator: "@" operand: (call target: (identifier) @_word (arguments (alias) @base)) (#eq? @_word "behaviour"))
(call target: (identifier) @_word (arguments . (alias) @base) (#any-of? @_word "use" "defimpl"))
(unary_operator operator: "@" operand: (call target: (identifier) @decorator) (#any-of? @decorator "impl" "deprecated"))

; ── imports ──
((call target: (identifier) @_word (arguments)) @import (#any-of? @_word "alias" "import" "require" "use"))

; ── calls, reads, writes ──
(call target: (identifier) @callee (arguments)
  (#not-match? @callee "^(?:def|defp|defmacro|defmacrop|defguard|defguardp|defdelegate|defmodule|defprotocol|defimpl|defstruct|defexception|alias|import|require|use|if|unless|case|cond|for|with|quote|unquote|receive|try|test|super)$")) @call
(call target: (dot) @callee (arguments)) @call
(call target: (dot left: [(alias) (atom)]) @callee) @call
(call target: (identifier) @_word (arguments (keywords) @tokens) (#eq? @_word "defdelegate"))
"|>" @piped
(unary_operator operator: "&" operand: (binary_operator left: (call) @uncalled operator: "/"))
(unary_operator operator: "&" operand: (binary_operator left: (call target: (dot) @read) operator: "/"))
(unary_operator operator: "&" operand: (binary_operator left: (identifier) @read operator: "/"))
(map (struct (alias) @callee)) @call
(call target: (dot left: (identifier)) @read)
(identifier) @identifier
((unary_operator operator: "@" operand: (identifier)) @read)
(unary_operator operator: "@" operand: (call target: (identifier) @_word (#any-of? @_word "spec" "type" "typep" "opaque" "callback" "macrocallback"
  "doc" "moduledoc" "typedoc" "behaviour" "impl" "optional_callbacks"))) @ignore
(call target: (identifier) @skip)
(call target: (identifier) @_word (arguments . (call target: (_) @ignore))
  (#any-of? @_word "def" "defp" "defmacro" "defmacrop" "defdelegate"))
(call target: (identifier) @_word (arguments . (binary_operator left: (call target: (_) @ignore) operator: "when"))
  (#any-of? @_word "def" "defp" "defmacro" "defmacrop" "defguard" "defguardp"))
(unary_operator operator: "@" operand: (call target: (identifier) @ignore))
(dot right: (identifier) @skip)
((identifier) @skip (#any-of? @skip "_" "__MODULE__"))

; ── flows ──
(call target: (identifier) @_word (arguments . (call target: (identifier) @_name (arguments (_) @parameter.name)))
  (#any-of? @_word "def" "defp" "defmacro" "defmacrop" "defdelegate"))
(call target: (identifier) @_word (arguments . (binary_operator left: (call target: (identifier) @_name (arguments (_) @parameter.name))
  operator: "when")) (#any-of? @_word "def" "defp" "defmacro" "defmacrop" "defguard"))
(call target: (identifier) @_word (arguments . (binary_operator left: (identifier) @parameter.name operator: _ @_operator right: (identifier) @parameter.name)
  (#not-eq? @_operator "when")) (#any-of? @_word "def" "defp"))
(anonymous_function (stab_clause left: (arguments (_) @parameter.name)))
(_ [(do_block (binary_operator left: [(identifier) (tuple) (map) (list) (binary_operator)] @declare.name operator: "=" right: (_) @assign.source))
  (body (binary_operator left: [(identifier) (tuple) (map) (list) (binary_operator)] @declare.name operator: "=" right: (_) @assign.source))
  (pair (binary_operator left: [(identifier) (tuple) (map) (list) (binary_operator)] @declare.name operator: "=" right: (_) @assign.source))])
(binary_operator left: [(identifier) (tuple) (map) (list)] @declare.name operator: "<-")
(binary_operator left: (identifier) @assign.target operator: "<-" right: (_) @assign.each)
(do_block (stab_clause left: (arguments [(identifier) (tuple) (map) (list) (binary_operator)] @declare.name)))
(do_block (stab_clause left: (binary_operator left: (arguments [(identifier) (tuple) (map) (list) (binary_operator)] @declare.name) operator: "when")))
(rescue_block (stab_clause left: (arguments (binary_operator left: (identifier) @declare.name operator: "in"))))
(else_block (stab_clause left: (arguments [(identifier) (tuple) (map) (list) (binary_operator)] @declare.name)))

; ── complexity ──
((call target: (identifier) @_word) @decision (#any-of? @_word "if" "unless" "for"))
(do_block (stab_clause) @decision)
(rescue_block (stab_clause) @decision)
(else_block (stab_clause) @decision)
["&&" "||" "and" "or"] @decision

; ── defaults, which each call makes anew ──
(binary_operator operator: "\\\\" right: (_) @parameter.default)
