; Scala 2 and 3. Capture names are explained in ../VOCABULARY.md.

; ── definitions ──
(package_clause name: (_) @package !body)
(package_clause name: (_) @name body: (_) @body) @definition.namespace
(package_object name: (identifier) @name body: (_) @body) @definition.class
(class_definition name: (identifier) @name class_parameters: (_)? @members extend: (_)? @members body: (_)? @body) @definition.class
(object_definition name: (identifier) @name extend: (_)? @members body: (_)? @body) @definition.class @flag.static
(trait_definition name: (identifier) @name class_parameters: (_)? @members body: (_)? @body) @definition.interface
(enum_definition name: (identifier) @name class_parameters: (_)? @members body: (_)? @body) @definition.enum
(simple_enum_case name: (identifier) @name) @definition.enum_member
(full_enum_case name: (identifier) @name) @definition.enum_member
(given_definition name: (identifier) @name) @definition.variable
(given_definition name: (identifier) @name body: (with_template_body) @body) @definition.class
(given_definition !name body: (with_template_body) @body) @definition.class
(instance_expression (template_body) @body) @definition.class
(extension_definition parameters: (parameters . (parameter type: (_) @extension.type))) @extension
(function_definition name: (_) @name body: (_)? @body) @definition.function
(function_declaration name: (_) @name) @definition.function
(function_definition name: (_) @name !parameters body: (_)? @body) @definition.function @flag.accessor
(function_declaration name: (_) @name !parameters) @definition.function @flag.accessor
(type_definition name: (type_identifier) @name type: (_)? @alias) @definition.type
[
  (compilation_unit (val_definition pattern: [(identifier) @name (tuple_pattern (identifier) @name)]) @definition.variable)
  (compilation_unit (var_definition pattern: [(identifier) @name (tuple_pattern (identifier) @name)]) @definition.variable)
]
[
  (template_body (val_definition pattern: [(identifier) @name (identifiers (identifier) @name) (tuple_pattern (identifier) @name)]) @definition.property)
  (template_body (var_definition pattern: [(identifier) @name (identifiers (identifier) @name) (tuple_pattern (identifier) @name)]) @definition.property)
  (template_body (val_declaration name: (identifier) @name) @definition.property)
  (template_body (var_declaration name: (identifier) @name) @definition.property)
  (enum_body (val_definition pattern: (identifier) @name) @definition.property)
]
(class_parameter ["val" "var"] name: (identifier) @name) @definition.property
(class_definition "case" class_parameters: (class_parameters (class_parameter name: (identifier) @name) @definition.property))
(lambda_expression (_) @body .) @definition.lambda
(call_expression arguments: (case_block) @definition.lambda @body)

(import_declaration) @import

; ── bases, annotations ──
(class_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
(object_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
(trait_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
(enum_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
(given_definition return_type: (_) @base body: (with_template_body))
(instance_expression . [(type_identifier) (generic_type) (stable_type_identifier)] @base (template_body))
(instance_expression . (compound_type (_) @base) (template_body))
[
  (class_definition [(annotation name: (_) @decorator .) (annotation arguments: (_)) @decorator])
  (object_definition [(annotation name: (_) @decorator .) (annotation arguments: (_)) @decorator])
  (trait_definition [(annotation name: (_) @decorator .) (annotation arguments: (_)) @decorator])
  (function_definition [(annotation name: (_) @decorator .) (annotation arguments: (_)) @decorator])
  (function_declaration [(annotation name: (_) @decorator .) (annotation arguments: (_)) @decorator])
  (val_definition [(annotation name: (_) @decorator .) (annotation arguments: (_)) @decorator])
  (var_definition [(annotation name: (_) @decorator .) (annotation arguments: (_)) @decorator])
]
(class_definition (annotation) @decorator.list)
(object_definition (annotation) @decorator.list)
(trait_definition (annotation) @decorator.list)
(function_definition (annotation) @decorator.list)
(function_declaration (annotation) @decorator.list)
(val_definition (annotation) @decorator.list)
[(comment) (block_comment)] @comment

; ── calls ──
(call_expression function: (_) @callee arguments: (arguments) @arguments) @call
(call_expression function: (_) @callee arguments: [(block) (case_block)]) @call
(instance_expression . [(type_identifier) (generic_type) (stable_type_identifier)] @callee arguments: (arguments)? @arguments) @call
(extends_clause . type: (_) @callee arguments: (arguments) @arguments) @call
(infix_expression left: (_) operator: (identifier) @method) @call

; ── names ──
[(identifier) (type_identifier)] @identifier
(field_expression) @read
(stable_type_identifier) @read
[
  (block (assignment_expression left: (_) @assign.target right: (_) @assign.source))
  (indented_block (assignment_expression left: (_) @assign.target right: (_) @assign.source))
  (template_body (assignment_expression left: (_) @assign.target right: (_) @assign.source))
  (case_clause body: (assignment_expression left: (_) @assign.target right: (_) @assign.source))
  (if_expression [(assignment_expression left: (_) @assign.target right: (_) @assign.source)])
  (while_expression body: (assignment_expression left: (_) @assign.target right: (_) @assign.source))
  (for_expression body: (assignment_expression left: (_) @assign.target right: (_) @assign.source))
  (function_definition body: (assignment_expression left: (_) @assign.target right: (_) @assign.source))
  (lambda_expression (assignment_expression left: (_) @assign.target right: (_) @assign.source))
  (compilation_unit (assignment_expression left: (_) @assign.target right: (_) @assign.source))
]
(infix_expression left: (_) @update operator: (operator_identifier) @_operator (#match? @_operator "^[^=!<>]+=$"))

; ── declarations ──
(parameter name: (identifier) @parameter.name type: (_) @parameter.type)
(extension_definition parameters: (parameters . (parameter name: (identifier) @declare.name type: (_) @declare.type)))
(lambda_expression parameters: (identifier) @parameter.name)
(binding name: (identifier) @parameter.name type: (_)? @parameter.type)
(class_parameter name: (identifier) @declare.name type: (_) @declare.type)
(val_definition pattern: (identifier) @declare.name type: (_)? @declare.type value: (_)? @assign.source)
(var_definition pattern: (identifier) @declare.name type: (_)? @declare.type value: (_)? @assign.source)
(val_definition pattern: [(tuple_pattern (identifier) @declare.name) (identifiers (identifier) @declare.name)] type: (_)? @declare.type)
(var_definition pattern: [(tuple_pattern (identifier) @declare.name) (identifiers (identifier) @declare.name)] type: (_)? @declare.type)
(val_declaration name: (identifier) @declare.name type: (_) @declare.type)
(var_declaration name: (identifier) @declare.name type: (_) @declare.type)
(enumerator . (identifier) @declare.name)
(enumerator . (tuple_pattern (identifier) @declare.name))
(enumerator . (identifier) @assign.target "<-" . (_) @assign.each)
(enumerator . (identifier) @assign.target "=" . (_) @assign.source)
(typed_pattern pattern: (identifier) @declare.name type: (_) @declare.type)
((case_class_pattern (identifier) @declare.name) (#match? @declare.name "^[a-z]"))
((tuple_pattern (identifier) @declare.name) (#match? @declare.name "^[a-z]"))
((case_clause pattern: (identifier) @declare.name) (#match? @declare.name "^[a-z]"))
(capture_pattern name: (identifier) @declare.name)
(return_expression (_) @return)
(function_definition body: [(call_expression) (identifier) (field_expression) (instance_expression) (string) (integer_literal) (boolean_literal)] @return)
(function_definition body: (block [(call_expression) (identifier) (field_expression) (instance_expression)] @return .))
(function_definition body: (indented_block [(call_expression) (identifier) (field_expression) (instance_expression)] @return .))
(lambda_expression [(call_expression) (field_expression) (instance_expression)] @return .)
(function_definition return_type: (_) @return.type)
(function_declaration return_type: (_) @return.type)

; ── decisions ──
[(if_expression) (while_expression) (do_while_expression) (for_expression) (case_clause) (guard)] @decision
((operator_identifier) @decision (#any-of? @decision "&&" "||"))

; ── names that are no reads ──
(package_clause name: (_) @skip.all)
(type_parameters name: (identifier) @type.parameter . bound: (upper_bound type: (_) @type.bound)?)
(arguments (assignment_expression left: (identifier) @skip))
(self_type (identifier) @skip)
(access_qualifier (identifier) @skip)
(interpolated_string_expression interpolator: (identifier) @skip)
(end_marker) @skip.all

; ── what a call must give ──
(parameters (parameter) @takes)
(parameters (parameter default_value: (_)) @takes.optional)
(parameters (parameter type: (repeated_parameter_type)) @takes.rest)
(class_parameters (class_parameter) @takes)
(class_parameters (class_parameter default_value: (_)) @takes.optional)

; ── operators that types define ──
(infix_expression left: (_) @operand operator: (operator_identifier) @operation (#not-match? @operation ":$"))
(infix_expression operator: (operator_identifier) @operation right: (_) @operand (#match? @operation ":$"))
(prefix_expression ["-" "+" "!" "~"] @operation.alone . (_) @operand)

; ── defaults, which each call makes anew ──
(parameters (parameter default_value: (_) @parameter.default))
