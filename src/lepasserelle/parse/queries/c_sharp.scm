; C#. Capture names are explained in ../VOCABULARY.md.

; ── definitions ──
(namespace_declaration name: (_) @name body: (_) @body) @definition.namespace
(file_scoped_namespace_declaration name: (_) @package)
(class_declaration name: (identifier) @name body: (_)? @body) @definition.class
(class_declaration name: (identifier) @name (parameter_list) @members body: (_)? @body) @definition.class
(class_declaration name: (identifier) @name (parameter_list) @members (base_list) @members body: (_)? @body) @definition.class
(record_declaration name: (identifier) @name body: (_)? @body) @definition.class
(record_declaration name: (identifier) @name (parameter_list) @members body: (_)? @body) @definition.class
(record_declaration "struct" name: (identifier) @name (parameter_list)? @members body: (_)? @body) @definition.struct
(struct_declaration name: (identifier) @name body: (_)? @body) @definition.struct
(struct_declaration name: (identifier) @name (parameter_list) @members body: (_)? @body) @definition.struct
(interface_declaration name: (identifier) @name body: (_)? @body) @definition.interface
(enum_declaration name: (identifier) @name body: (_)? @body) @definition.enum
(enum_member_declaration name: (identifier) @name) @definition.enum_member
(delegate_declaration name: (identifier) @name) @definition.type
(method_declaration name: (identifier) @name body: (_)? @body) @definition.method
(method_declaration name: (identifier) @name
  parameters: (parameter_list . (parameter (modifier) @_this type: (_) @receiver) @receiver.given) body: (_)? @body (#eq? @_this "this")) @definition.method
((local_function_statement name: (identifier) @name body: (_)? @body) @definition.function
  (#not-match? @name "^(if|for|foreach|while|switch|using|lock|catch)$"))
(constructor_declaration name: (identifier) @name (constructor_initializer)? @body body: (_)? @body) @definition.constructor
(destructor_declaration "~" @name name: (identifier) @name body: (_)? @body) @definition.method
(operator_declaration operator: _ @name body: (_)? @body) @definition.method
(conversion_operator_declaration type: (_) @name body: (_)? @body) @definition.method
(indexer_declaration "this" @name accessors: (_) @body) @definition.property @flag.accessor
(indexer_declaration "this" @name value: (_) @body) @definition.property @flag.accessor
(property_declaration name: (identifier) @name) @definition.property
(property_declaration name: (identifier) @name accessors: (accessor_list (accessor_declaration body: (_))) @body) @definition.property @flag.accessor
(property_declaration name: (identifier) @name value: (arrow_expression_clause) @body) @definition.property @flag.accessor
(event_declaration name: (identifier) @name accessors: (_)? @body) @definition.property
(event_field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field
(field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field
(record_declaration (parameter_list (parameter name: (identifier) @name) @definition.property @flag.exported))
(lambda_expression body: (_) @body) @definition.lambda
(anonymous_method_expression (block) @body) @definition.lambda

(using_directive) @import
(base_list [(identifier) (qualified_name) (generic_name) (alias_qualified_name)] @base)
(base_list (primary_constructor_base_type type: (_) @base))
[
  (class_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (record_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (struct_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (interface_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (enum_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (enum_member_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (delegate_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (method_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (local_function_statement (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (constructor_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (operator_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (indexer_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (property_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (event_field_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
  (field_declaration (attribute_list [(attribute name: (_) @decorator .) (attribute (attribute_argument_list)) @decorator]))
]
(attribute_list) @decorator.list
(comment) @comment

; ── calls ──
(invocation_expression function: (_) @callee arguments: (_) @arguments) @call
(object_creation_expression type: (_) @callee arguments: (_)? @arguments) @call
(constructor_initializer ["base" "this"] @callee (argument_list) @arguments) @call
(primary_constructor_base_type type: (_) @callee (argument_list) @arguments) @call
(base_list . (_) @callee . (argument_list) @arguments) @call
(variable_declaration type: (_) @callee (variable_declarator (implicit_object_creation_expression (argument_list) @arguments) @call))

; ── names ──
(identifier) @identifier
(member_access_expression) @read
(conditional_access_expression) @read
(qualified_name) @read
[
  (expression_statement (assignment_expression left: (_) @assign.target operator: "=" right: (_) @assign.source))
  (assignment_expression right: (assignment_expression left: (_) @assign.target operator: "=" right: (_) @assign.source))
  (lambda_expression body: (assignment_expression left: (_) @assign.target operator: "=" right: (_) @assign.source))
  (arrow_expression_clause (assignment_expression left: (_) @assign.target operator: "=" right: (_) @assign.source))
  (parenthesized_expression (assignment_expression left: (_) @assign.target operator: "=" right: (_) @assign.source))
  (for_statement (assignment_expression left: (_) @assign.target operator: "=" right: (_) @assign.source))
]
(initializer_expression (assignment_expression left: (identifier) @skip))
(with_initializer (identifier) @skip)
((assignment_expression left: (_) @update operator: _ @_operator) (#not-eq? @_operator "="))
(postfix_unary_expression [(identifier) (member_access_expression) (element_access_expression)] @update ["++" "--"])
(prefix_unary_expression ["++" "--"] [(identifier) (member_access_expression) (element_access_expression)] @update)

; ── declarations ──
(parameter type: (_)? @parameter.type name: (identifier) @parameter.name) @parameter
(parameter_list "params" type: (_) @parameter.type name: (identifier) @parameter.name)
(lambda_expression parameters: (implicit_parameter) @parameter.name)
(record_declaration (parameter_list (parameter type: (_) @declare.type name: (identifier) @declare.name)))
((variable_declaration type: (_) @declare.type (variable_declarator name: (identifier) @declare.name)) (#not-eq? @declare.type "var"))
((variable_declaration type: (_) @_type (variable_declarator name: (identifier) @declare.name)) (#eq? @_type "var"))
(variable_declarator name: (identifier) @assign.target "=" . (_) @assign.source)
(variable_declarator (tuple_pattern name: (identifier) @declare.name))
(property_declaration type: (_) @declare.type name: (identifier) @declare.name)
(property_declaration name: (identifier) @assign.target "=" value: (_) @assign.source)
((foreach_statement type: (_) @declare.type left: (identifier) @declare.name) (#not-eq? @declare.type "var"))
((foreach_statement type: (_) @_type left: (identifier) @declare.name) (#eq? @_type "var"))
(foreach_statement left: (identifier) @assign.target right: (_) @assign.each)
(catch_declaration type: (_) @declare.type name: (identifier) @declare.name)
((declaration_pattern type: (_) @declare.type name: (identifier) @declare.name) (#not-eq? @declare.type "var"))
(declaration_pattern type: (implicit_type) name: (identifier) @declare.name)
((declaration_expression type: (_) @declare.type name: (identifier) @declare.name) (#not-eq? @declare.type "var"))
(declaration_expression type: (implicit_type) name: (identifier) @declare.name)
(var_pattern name: (identifier) @declare.name)

(return_statement (_) @return)
(arrow_expression_clause (_) @return)
(lambda_expression body: (expression) @return)
((method_declaration returns: (_) @return.type) (#not-eq? @return.type "void"))
((local_function_statement type: (_) @return.type) (#not-eq? @return.type "void"))
(operator_declaration type: (_) @return.type)
(conversion_operator_declaration type: (_) @return.type)

; ── decisions ──
[
  (if_statement) (while_statement) (do_statement) (for_statement) (foreach_statement) (catch_clause) (conditional_expression)
] @decision
(switch_section "case") @decision
(switch_expression_arm (pattern)) @decision
["&&" "||" "??"] @decision

; ── names that are no reads ──
(argument name: (identifier) @skip)
(destructor_declaration name: (identifier) @skip)
(attribute_argument (identifier) @skip "=")
(type_parameter name: (identifier) @type.parameter)
(type_parameter_constraints_clause . (identifier) @type.parameter . (type_parameter_constraint type: (_) @type.bound))
(labeled_statement (identifier) @skip)
(goto_statement (identifier) @skip)
(type_parameter_constraints_clause . (identifier) @skip)
(using_directive) @skip.all
(file_scoped_namespace_declaration name: (_) @skip.all)
(namespace_declaration name: (_) @skip.all)
(delegate_declaration parameters: (parameter_list (parameter name: (identifier) @skip)))

; ── what a call must give ──
(parameter_list (parameter) @takes)
(parameter_list (parameter "=") @takes.optional)
(parameter_list "params" @takes)
(parameter_list "params" @takes.rest)

; ── operators that types define ──
(binary_expression left: (_) @operand operator: _ @operation)
(assignment_expression left: (_) @operand operator: ["+=" "-=" "*=" "/=" "%=" "&=" "|=" "^=" "<<=" ">>="] @operation)
(prefix_unary_expression ["-" "+" "!" "~" "++" "--"] @operation.alone . (_) @operand)
(postfix_unary_expression (_) @operand . ["++" "--"] @operation.alone)
(element_access_expression expression: (_) @operand subscript: (bracketed_argument_list "[" @operation.read))
(assignment_expression left: (element_access_expression expression: (_) @operand subscript: (bracketed_argument_list "[" @operation.write)) operator: "=")

; ── loops, and what closes ──
(foreach_statement right: (_) @operand) @operation.alone
(using_statement [(identifier) (member_access_expression) (invocation_expression) (object_creation_expression)] @operand) @operation.alone
(using_statement (variable_declaration (variable_declarator name: (identifier) @operand))) @operation.alone
(local_declaration_statement "using" (variable_declaration (variable_declarator name: (identifier) @operand))) @operation.alone

; ── defaults, which each call makes anew ──
(parameter "=" . (_) @parameter.default)

; ── literals that may hold functions ──
(variable_declarator name: (identifier) @literal.name (initializer_expression) @literal)
(variable_declarator name: (identifier) @literal.name [(object_creation_expression (initializer_expression) @literal)
  (implicit_object_creation_expression (initializer_expression) @literal) (array_creation_expression (initializer_expression) @literal)
  (implicit_array_creation_expression (initializer_expression) @literal)])
