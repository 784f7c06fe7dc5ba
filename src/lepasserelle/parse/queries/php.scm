; PHP. Capture names are explained in ../VOCABULARY.md.

; ── definitions ──
(namespace_definition name: (namespace_name) @package !body)
(namespace_definition name: (namespace_name) @name body: (_) @body) @definition.namespace
(class_declaration name: (name) @name body: (_) @body) @definition.class
(interface_declaration name: (name) @name body: (_) @body) @definition.interface
(trait_declaration name: (name) @name body: (_) @body) @definition.interface
(enum_declaration name: (name) @name body: (_) @body) @definition.enum
(enum_case name: (name) @name) @definition.enum_member
(anonymous_class body: (_) @body) @definition.class
(function_definition name: (name) @name body: (_) @body) @definition.function
(method_declaration name: (name) @name body: (compound_statement)? @body) @definition.method
(anonymous_function body: (_) @body) @definition.lambda
(arrow_function body: (_) @body) @definition.lambda
(const_declaration (const_element . (name) @name)) @definition.constant
(property_declaration (property_element name: (variable_name (name) @name))) @definition.field
(property_promotion_parameter name: (variable_name (name) @name)) @definition.field
(function_call_expression function: (name) @_define
  arguments: (arguments . (argument (string (string_content) @name))) (#eq? @_define "define")) @definition.constant
(program (expression_statement (assignment_expression left: (variable_name) @name)) @definition.variable)

; ── bases, attributes ──
(base_clause [(name) (qualified_name)] @base)
(class_interface_clause [(name) (qualified_name)] @base)
(use_declaration [(name) (qualified_name)] @base)
(use_declaration (use_list (use_as_clause . [(name) (class_constant_access_expression)] @body . (visibility_modifier)? . (name) @name .) @definition.method))
(use_as_clause . [(name) (class_constant_access_expression)] @tokens . (visibility_modifier)? . (name) .)
[
  (class_declaration attributes: (attribute_list (attribute_group [(attribute . [(name) (qualified_name)] @decorator .) (attribute parameters: (_)) @decorator])))
  (interface_declaration attributes: (attribute_list (attribute_group [(attribute . [(name) (qualified_name)] @decorator .) (attribute parameters: (_)) @decorator])))
  (trait_declaration attributes: (attribute_list (attribute_group [(attribute . [(name) (qualified_name)] @decorator .) (attribute parameters: (_)) @decorator])))
  (enum_declaration attributes: (attribute_list (attribute_group [(attribute . [(name) (qualified_name)] @decorator .) (attribute parameters: (_)) @decorator])))
  (enum_case attributes: (attribute_list (attribute_group [(attribute . [(name) (qualified_name)] @decorator .) (attribute parameters: (_)) @decorator])))
  (function_definition attributes: (attribute_list (attribute_group [(attribute . [(name) (qualified_name)] @decorator .) (attribute parameters: (_)) @decorator])))
  (method_declaration attributes: (attribute_list (attribute_group [(attribute . [(name) (qualified_name)] @decorator .) (attribute parameters: (_)) @decorator])))
  (property_declaration attributes: (attribute_list (attribute_group [(attribute . [(name) (qualified_name)] @decorator .) (attribute parameters: (_)) @decorator])))
  (const_declaration attributes: (attribute_list (attribute_group [(attribute . [(name) (qualified_name)] @decorator .) (attribute parameters: (_)) @decorator])))
]
(attribute_list) @decorator.list
(comment) @comment

; ── imports ──
(namespace_use_declaration) @import
[(require_expression) (require_once_expression) (include_expression) (include_once_expression)] @import

; ── calls ──
(function_call_expression function: (_) @callee arguments: (_) @arguments) @call
(member_call_expression name: (_) @method arguments: (_) @arguments) @call
(nullsafe_member_call_expression name: (_) @method arguments: (_) @arguments) @call
(scoped_call_expression name: (_) @method arguments: (_) @arguments) @call
(object_creation_expression (anonymous_class) @callee) @call
(object_creation_expression . [(name) (qualified_name) (relative_name) (variable_name) (member_access_expression)
  (parenthesized_expression) (subscript_expression)] @callee (arguments)? @arguments) @call

; ── names ──
(variable_name) @identifier
(variable_name (name) @skip)
(property_element name: (variable_name) @skip)
(qualified_name (name) @skip)
(namespace_name (name) @skip)
(relative_name (name) @skip)
(name) @identifier
[(qualified_name) (relative_name)] @read
(member_access_expression) @read
(nullsafe_member_access_expression) @read
(scoped_property_access_expression) @read
(class_constant_access_expression) @read
(scoped_property_access_expression name: (variable_name) @skip)
(assignment_expression left: (_) @assign.target right: (_) @assign.source)
(reference_assignment_expression left: (_) @assign.target right: (_) @assign.source)
(augmented_assignment_expression left: (_) @update)
(update_expression argument: (_) @update)
(unset_statement [(variable_name) (member_access_expression) (subscript_expression)] @write)

; ── declarations ──
(simple_parameter type: (_)? @parameter.type name: (variable_name) @parameter.name) @parameter
(variadic_parameter type: (_)? @parameter.type name: (variable_name) @parameter.name) @parameter
(property_promotion_parameter type: (_)? @parameter.type name: (variable_name) @parameter.name) @parameter
(property_declaration type: (_) @declare.type (property_element name: (variable_name (name) @declare.name) default_value: (_)? @assign.source))
(property_declaration !type (property_element name: (variable_name (name) @declare.name) default_value: (_)? @assign.source))
(property_promotion_parameter type: (_) @declare.type name: (variable_name (name) @declare.name))
(const_element . (name) @assign.target (_) @assign.source)
(foreach_statement . (_) @assign.each . [(variable_name) (list_literal) (member_access_expression)] @assign.target)
(foreach_statement . (_) @assign.each . (pair (_) . [(variable_name) (list_literal)] @assign.target))
(foreach_statement . (_) . (pair . (variable_name) @assign.target))
(foreach_statement . (_) . (by_ref (variable_name) @assign.target))
(catch_clause type: (type_list . (_) @declare.type .) name: (variable_name) @declare.name)
(catch_clause type: (type_list (_) (_)) name: (variable_name) @declare.name)
(static_variable_declaration name: (variable_name) @assign.target value: (_) @assign.source)
(global_declaration (variable_name) @global)
(return_statement (_) @return)
(arrow_function body: (_) @return)
(function_definition return_type: (_) @return.type)
(method_declaration return_type: (_) @return.type)
(anonymous_function return_type: (_) @return.type)

; ── decisions ──
[
  (if_statement) (else_if_clause) (for_statement) (foreach_statement) (while_statement) (do_statement) (case_statement)
  (catch_clause) (conditional_expression) (match_conditional_expression)
] @decision
["&&" "||" "??" "and" "or"] @decision

; ── names that are no reads ──
(argument name: (name) @skip)
[(namespace_use_declaration) (named_label_statement) (goto_statement)] @skip.all
(namespace_definition name: (_) @skip.all)
(declare_directive) @skip.all
(use_list) @skip.all

; ── what a call must give ──
(formal_parameters [(simple_parameter) (variadic_parameter) (property_promotion_parameter)] @takes)
(formal_parameters [(simple_parameter default_value: (_)) (property_promotion_parameter default_value: (_))] @takes.optional)
(formal_parameters (variadic_parameter) @takes.rest)

; ── defaults, which each call makes anew ──
[(simple_parameter default_value: (_) @parameter.default) (property_promotion_parameter default_value: (_) @parameter.default)]

; ── what only names a function ──
(function_call_expression function: [(name) (qualified_name)] arguments: (arguments (variadic_placeholder))) @uncalled
(member_call_expression object: (variable_name) arguments: (arguments (variadic_placeholder))) @uncalled
(scoped_call_expression scope: [(name) (relative_scope)] arguments: (arguments (variadic_placeholder))) @uncalled

; ── literals that may hold functions ──
(assignment_expression left: [(variable_name) (member_access_expression)] @literal.name right: (array_creation_expression) @literal)
