; Ruby. Capture names are explained in ../VOCABULARY.md.

; ── definitions ──
(module name: (constant) @name (comment)* @body body: (_)? @body) @definition.interface
(module name: (scope_resolution scope: (_)? @receiver name: (constant) @name) (comment)* @body body: (_)? @body) @definition.interface
(class name: (constant) @name (comment)* @body body: (_)? @body) @definition.class
(class name: (scope_resolution scope: (_)? @receiver name: (constant) @name) (comment)* @body body: (_)? @body) @definition.class
(assignment left: (constant) @name) @definition.constant
(assignment left: (global_variable) @name) @definition.variable
(assignment left: (constant) @name right: (call receiver: (constant) @_class method: (identifier) @_new
  arguments: (_)? @members block: (_)? @body)
  (#any-of? @_class "Struct" "Class" "Module" "Data") (#any-of? @_new "new" "define")) @definition.class
(assignment left: (constant) right: (call receiver: (constant) @_class method: (identifier)
  arguments: (argument_list (simple_symbol) @name @definition.property)) (#any-of? @_class "Struct" "Data"))
(method name: (_) @name body: (_)? @body "end"? @body) @definition.function
(singleton_method object: (_) name: (_) @name body: (_)? @body "end"? @body) @definition.method @flag.static
(singleton_class body: (body_statement (method name: (_) @name body: (_)? @body "end"? @body) @definition.method)) @flag.static
(alias name: (_) @name alias: (_) @body) @definition.function
((call !receiver method: (identifier) @_alias arguments: (argument_list . (simple_symbol) @name . (_) @body)) @definition.function
  (#eq? @_alias "alias_method"))
((call !receiver method: (identifier) @_alias arguments: (argument_list . (string . (string_content) @name .) . (_) @body)) @definition.function
  (#eq? @_alias "alias_method"))
((call !receiver method: (identifier) @_define arguments: (argument_list . [(simple_symbol) @name (string . (string_content) @name .)]
  (block_argument))) @definition.method (#any-of? @_define "define_method" "define_singleton_method"))
((call !receiver method: (identifier) @_define arguments: (argument_list . (string . (string_content) @name .)) block: (_) @body) @definition.method
  (#any-of? @_define "define_method" "define_singleton_method"))
(alias alias: (simple_symbol) @tokens)
((call !receiver method: (identifier) @_alias arguments: (argument_list . (_) . (simple_symbol) @tokens)) (#eq? @_alias "alias_method"))
((call !receiver method: (identifier) @_define arguments: (argument_list . (simple_symbol) @name) block: (_) @body) @definition.method
  (#any-of? @_define "define_method" "define_singleton_method"))
(body_statement (call !receiver method: (identifier) @_attribute arguments: (argument_list (simple_symbol) @name @definition.property)
  (#any-of? @_attribute "attr_reader" "attr_writer" "attr_accessor" "attr")))
(lambda body: (_) @body) @definition.lambda
((call !receiver !arguments method: (identifier) @_lambda block: (_) @body) @definition.lambda (#any-of? @_lambda "lambda" "proc"))

; ── bases ──
(superclass (_) @base)
(body_statement (call !receiver method: (identifier) @_mixin arguments: (argument_list [(constant) (scope_resolution)] @base))
  (#any-of? @_mixin "include" "extend" "prepend"))
(assignment left: (constant) right: (call receiver: (constant) @_class method: (identifier)
  arguments: (argument_list . [(constant) (scope_resolution)] @base)) (#eq? @_class "Class"))
(comment) @comment

; ── imports ──
((call !receiver method: (identifier) @_require arguments: (argument_list . (string))) @import
  (#any-of? @_require "require" "require_relative" "load"))
((call !receiver method: (identifier) @_require arguments: (argument_list . (simple_symbol) . (string))) @import
  (#eq? @_require "autoload"))

; ── calls ──
(call method: (_) @method !arguments) @call
(call method: (_) @method arguments: (_) @arguments) @call
(call receiver: (_) @method !method arguments: (_) @arguments) @call
(super) @call

; ── names ──
[(identifier) (constant) (instance_variable) (class_variable) (global_variable)] @identifier
(scope_resolution) @read
(assignment left: (_) @assign.target right: (_) @assign.source)
(operator_assignment left: (_) @update operator: ["+=" "-=" "*=" "/=" "%=" "**=" "|=" "&=" "^=" "<<=" ">>="])
(operator_assignment left: (_) @assign.target operator: ["||=" "&&="] right: (_) @assign.source)

; ── declarations ──
(method_parameters (identifier) @parameter.name)
(method_parameters [(optional_parameter name: (_) @parameter.name) (keyword_parameter name: (_) @parameter.name)
  (splat_parameter name: (_) @parameter.name) (hash_splat_parameter name: (_) @parameter.name) (block_parameter name: (_) @parameter.name)])
(lambda_parameters (identifier) @parameter.name)
(lambda_parameters [(optional_parameter name: (_) @parameter.name) (keyword_parameter name: (_) @parameter.name)
  (splat_parameter name: (_) @parameter.name) (block_parameter name: (_) @parameter.name)])
(block_parameters (identifier) @declare.name)
(block_parameters [(optional_parameter name: (_) @declare.name) (keyword_parameter name: (_) @declare.name)
  (splat_parameter name: (_) @declare.name) (hash_splat_parameter name: (_) @declare.name) (block_parameter name: (_) @declare.name)])
(block_parameters (destructured_parameter (identifier) @declare.name))
(for pattern: (_) @assign.target value: (in (_) @assign.each))
(rescue exceptions: (exceptions . (_) @assign.instance .) variable: (exception_variable (identifier) @assign.target))
(rescue exceptions: (exceptions (_) (_)) variable: (exception_variable (identifier) @assign.target))
(rescue !exceptions variable: (exception_variable (identifier) @assign.target))
(as_pattern name: (identifier) @declare.name)
(array_pattern (identifier) @declare.name)

(return (argument_list . (_) @return .))
(method body: (body_statement [(call) (identifier) (constant) (instance_variable) (scope_resolution) (string) (array) (hash) (integer)] @return .))
(singleton_method body: (body_statement [(call) (identifier) (constant) (instance_variable) (scope_resolution) (string) (array) (hash) (integer)] @return .))
(method body: [(call) (identifier) (constant) (instance_variable) (class_variable) (element_reference) (true) (false) (binary)] @return)

; ── decisions ──
[
  (if) (elsif) (unless) (while) (until) (for) (when) (in_clause) (rescue) (conditional) (if_modifier) (unless_modifier)
  (while_modifier) (until_modifier) (rescue_modifier)
] @decision
["&&" "||" "and" "or"] @decision

; ── names that are no reads ──
((identifier) @skip (#any-of? @skip "private" "public" "protected" "module_function" "__method__" "__dir__"))
(class name: (scope_resolution) @skip)
(module name: (scope_resolution) @skip)

; ── defaults, which each call makes anew ──
[(optional_parameter value: (_) @parameter.default) (keyword_parameter value: (_) @parameter.default)]
