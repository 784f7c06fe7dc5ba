; Kotlin. Capture names are explained in ../VOCABULARY.md.

; ── definitions ──
(class_declaration "class" name: (identifier) @name (primary_constructor)? @members (delegation_specifiers)? @members (class_body)? @body) @definition.class
(class_declaration "interface" name: (identifier) @name (class_body)? @body) @definition.interface
(class_declaration name: (identifier) @name (primary_constructor)? @members (enum_class_body) @body) @definition.enum
(object_declaration name: (identifier) @name (delegation_specifiers)? @members (class_body)? @body) @definition.class @flag.static
(companion_object name: (identifier) @name (class_body)? @body) @definition.class
(object_literal (class_body) @body) @definition.class
(enum_entry . (modifiers)? . (identifier) @name (class_body)? @body) @definition.enum_member
(type_alias type: (identifier) @name (_) @alias .) @definition.type
(function_declaration name: (identifier) @name (function_body)? @body) @definition.function
(class_body (function_declaration name: (identifier) @name (function_body)? @body) @definition.method)
(function_declaration [(user_type) (nullable_type)] @receiver . name: (identifier) @name (function_body)? @body) @definition.function
(secondary_constructor "constructor" @name (constructor_delegation_call)? @body (block)? @body) @definition.constructor
(property_declaration (variable_declaration . (identifier) @name)) @definition.variable
(class_body (property_declaration (variable_declaration . (identifier) @name)) @definition.property)
(enum_class_body (property_declaration (variable_declaration . (identifier) @name)) @definition.property)
(property_declaration (variable_declaration . (identifier) @name) (getter) @body (setter)? @body) @definition.property @flag.accessor
(property_declaration (variable_declaration . (identifier) @name) (setter) @body) @definition.property @flag.accessor
(property_declaration [(user_type) (nullable_type)] @receiver . (variable_declaration . (identifier) @name) (getter) @body (setter)? @body) @definition.property @flag.accessor
(class_parameter ["val" "var"] . (identifier) @name) @definition.property
(companion_object !name (class_body (function_declaration name: (identifier) @name (function_body)? @body) @definition.method)) @flag.static
(companion_object !name (class_body (property_declaration (variable_declaration . (identifier) @name)) @definition.property)) @flag.static
(lambda_literal) @definition.lambda @body
(anonymous_function (function_body) @body) @definition.lambda

(package_header (qualified_identifier) @package)
(import) @import

; ── bases, annotations ──
(class_declaration (delegation_specifiers (delegation_specifier [
  (user_type) @base (constructor_invocation . (user_type) @base) (explicit_delegation . (user_type) @base)])))
(object_declaration (delegation_specifiers (delegation_specifier [(user_type) @base (constructor_invocation . (user_type) @base)])))
(object_literal (delegation_specifiers (delegation_specifier [(user_type) @base (constructor_invocation . (user_type) @base)])))
[
  (class_declaration (modifiers (annotation) @decorator))
  (object_declaration (modifiers (annotation) @decorator))
  (function_declaration (modifiers (annotation) @decorator))
  (property_declaration (modifiers (annotation) @decorator))
  (secondary_constructor (modifiers (annotation) @decorator))
  (enum_entry (modifiers (annotation) @decorator))
  (type_alias (modifiers (annotation) @decorator))
]
[(line_comment) (block_comment)] @comment

; ── calls ──
(call_expression . (_) @callee (value_arguments)? @arguments) @call
(delegation_specifier (constructor_invocation . (user_type) @callee (value_arguments) @arguments)) @call
(constructor_delegation_call ["this" "super"] @callee (value_arguments) @arguments) @call
(infix_expression (_) . (identifier) @method . (_)) @call

; ── names ──
(identifier) @identifier
(navigation_expression) @read
(callable_reference) @read
(assignment left: (_) @assign.target operator: "=" right: (_) @assign.source)
(assignment left: (_) @update operator: ["+=" "-=" "*=" "/=" "%="])
(unary_expression argument: (_) @update operator: ["++" "--"])
(unary_expression operator: ["++" "--"] argument: (_) @update)

; ── declarations ──
(function_value_parameters (parameter . (identifier) @parameter.name . (_) @parameter.type))
(lambda_parameters (variable_declaration . (identifier) @parameter.name . (_)? @parameter.type))
(class_parameter . (identifier) @declare.name . (_) @declare.type)
(class_parameter (modifiers) . (identifier) @declare.name . (_) @declare.type)
(class_parameter ["val" "var"] . (identifier) @declare.name . (_) @declare.type)
(property_declaration (variable_declaration . (identifier) @declare.name . (_) @declare.type))
(property_declaration (variable_declaration . (identifier) @declare.name .))
(property_declaration (variable_declaration . (identifier) @assign.target) "=" . (_) @assign.source)
(multi_variable_declaration (variable_declaration . (identifier) @declare.name . (_)? @declare.type))
(for_statement (variable_declaration . (identifier) @declare.name . (_)? @declare.type))
(for_statement (variable_declaration . (identifier) @assign.target) . (_) @assign.each)
(when_subject (variable_declaration . (identifier) @declare.name . (_)? @declare.type))
(setter (identifier) @declare.name)
(catch_block . (identifier) @declare.name . (_) @declare.type)
(return_expression (_) @return .)
(function_body "=" . (_) @return)
(function_declaration (function_value_parameters) . [(user_type) (nullable_type) (function_type)] @return.type)

; ── decisions ──
[(if_expression) (for_statement) (while_statement) (do_while_statement) (catch_block)] @decision
(when_entry condition: (_)) @decision
["&&" "||" "?:"] @decision

; ── names that are no reads ──
(value_argument . (identifier) @skip . "=")
(type_parameter (identifier) @type.parameter (_)? @type.bound)
(this_expression (identifier) @skip)
(return_expression label: (identifier) @skip)
((identifier) @skip (#any-of? @skip "it" "field" "true" "false" "null"))
(file_annotation) @skip.all
(package_header) @skip.all

; ── what a call must give ──
(function_value_parameters (parameter) @takes)
(function_value_parameters (parameter) @takes.optional . "=")
(function_value_parameters (parameter_modifiers (parameter_modifier "vararg")) . (parameter) @takes.rest)
(class_parameters (class_parameter) @takes)
(class_parameters (class_parameter "=") @takes.optional)
(class_parameters (class_parameter (modifiers (parameter_modifier "vararg"))) @takes.rest)

; ── operators that types define ──
(binary_expression left: (_) @operand operator: _ @operation)
(range_expression . (_) @operand . _ @operation . (_))
(in_expression ["in" "!in"] @operation . right: (_) @operand)
(assignment left: (_) @operand operator: ["+=" "-=" "*=" "/=" "%="] @operation)
(unary_expression operator: ["-" "+" "!" "++" "--"] @operation.alone argument: (_) @operand)
(unary_expression argument: (_) @operand operator: ["++" "--"] @operation.alone)
(index_expression . (_) @operand . "[" @operation)
(assignment left: (index_expression . (_) @operand . "[" @operation.set) operator: "=")

; ── loops, and what closes ──
(for_statement "for" @operation.alone "in" . (_) @operand)
((call_expression (navigation_expression . (_) @operand (identifier) @operation.alone .) . (annotated_lambda))
  (#eq? @operation.alone "use"))

; ── what closures are given ──
(lambda_literal) @given.closure
((call_expression (navigation_expression . (_) @given.source (identifier) @given.receiver .) . (annotated_lambda (lambda_literal) @given))
  (#any-of? @given.receiver "apply" "run"))
((call_expression (call_expression (identifier) @given.receiver (value_arguments . (value_argument . (_) @given.source .) .))
  . (annotated_lambda (lambda_literal) @given))
  (#eq? @given.receiver "with"))
((call_expression (navigation_expression . (_) @given.source (identifier) @_self .) . (annotated_lambda (lambda_literal) @given))
  (#any-of? @_self "let" "also" "takeIf" "takeUnless"))
((call_expression (navigation_expression . (_) @given.source (identifier) @_self .)
  . (annotated_lambda (lambda_literal (lambda_parameters . (variable_declaration . (identifier) @given.name .) .)) @given))
  (#any-of? @_self "let" "also" "takeIf" "takeUnless"))
((call_expression (navigation_expression . (_) @given.source (identifier) @given.each .) . (annotated_lambda (lambda_literal) @given))
  (#any-of? @given.each "forEach" "onEach" "map" "mapNotNull" "flatMap" "filter" "filterNot" "any" "all" "none" "first" "firstOrNull" "last" "lastOrNull"
    "find" "single" "count" "sumOf" "associateBy" "groupBy" "sortedBy" "sortedByDescending" "partition" "takeWhile" "dropWhile" "distinctBy"))
((call_expression (navigation_expression . (_) @given.source (identifier) @given.each .)
  . (annotated_lambda (lambda_literal (lambda_parameters . (variable_declaration . (identifier) @given.name .) .)) @given))
  (#any-of? @given.each "forEach" "onEach" "map" "mapNotNull" "flatMap" "filter" "filterNot" "any" "all" "none" "first" "firstOrNull" "last" "lastOrNull"
    "find" "single" "count" "sumOf" "associateBy" "groupBy" "sortedBy" "sortedByDescending" "partition" "takeWhile" "dropWhile" "distinctBy"))

; ── defaults, which each call makes anew ──
(function_value_parameters "=" . (_) @parameter.default)
