; Java. Capture names are explained in ../VOCABULARY.md.

; ── definitions ──
(class_declaration name: (identifier) @name body: (_) @body) @definition.class
(record_declaration name: (identifier) @name parameters: (_) @members body: (_) @body) @definition.class
(interface_declaration name: (identifier) @name body: (_) @body) @definition.interface
(annotation_type_declaration name: (identifier) @name body: (_) @body) @definition.interface
(enum_declaration name: (identifier) @name body: (_) @body) @definition.enum
(enum_constant name: (identifier) @name body: (class_body)? @body) @definition.enum_member
(object_creation_expression (class_body) @body) @definition.class
(method_declaration name: (identifier) @name body: (block)? @body) @definition.method
(annotation_type_element_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name body: (_) @body) @definition.constructor
(compact_constructor_declaration name: (identifier) @name body: (_) @body) @definition.constructor
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(constant_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
(record_declaration parameters: (formal_parameters (formal_parameter name: (identifier) @name) @definition.property))
(lambda_expression body: (_) @body) @definition.lambda

(package_declaration [(scoped_identifier) (identifier)] @package)
(import_declaration) @import

(superclass (_) @base)
(object_creation_expression type: (_) @base (class_body))
(super_interfaces (type_list (_) @base))
(extends_interfaces (type_list (_) @base))

[
  (class_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (record_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (interface_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (annotation_type_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (enum_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (enum_constant (modifiers [(annotation) (marker_annotation)] @decorator))
  (method_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (constructor_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (compact_constructor_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (annotation_type_element_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (field_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
  (constant_declaration (modifiers [(annotation) (marker_annotation)] @decorator))
]
[(line_comment) (block_comment)] @comment

; ── calls ──
(method_invocation name: (identifier) @method arguments: (_) @arguments) @call
(object_creation_expression type: (_) @callee arguments: (_) @arguments) @call
(explicit_constructor_invocation constructor: (_) @method arguments: (_) @arguments) @call

; ── names ──
(identifier) @identifier
(type_identifier) @identifier
(field_access) @read
(scoped_type_identifier) @read
(method_reference) @read
(update_expression [(identifier) (field_access) (array_access)] @update)
(assignment_expression left: (_) @assign.target operator: "=" right: (_) @assign.source)
(assignment_expression left: (_) @update operator: ["+=" "-=" "*=" "/=" "&=" "|=" "^=" "%=" "<<=" ">>=" ">>>="])

; ── declarations ──
(formal_parameter type: (_) @parameter.type name: (identifier) @parameter.name) @parameter
(spread_parameter (_) @parameter.type . (variable_declarator name: (identifier) @parameter.name)) @parameter
(lambda_expression parameters: (identifier) @parameter.name)
(inferred_parameters (identifier) @parameter.name)
(record_declaration parameters: (formal_parameters (formal_parameter type: (_) @declare.type name: (identifier) @declare.name)))
(field_declaration type: (_) @declare.type declarator: (variable_declarator name: (identifier) @declare.name value: (_)? @assign.source))
(constant_declaration type: (_) @declare.type declarator: (variable_declarator name: (identifier) @declare.name value: (_)? @assign.source))
((local_variable_declaration type: (_) @declare.type declarator: (variable_declarator name: (identifier) @declare.name value: (_)? @assign.source)) (#not-eq? @declare.type "var"))
((local_variable_declaration type: (_) @_type declarator: (variable_declarator name: (identifier) @declare.name value: (_) @assign.source)) (#eq? @_type "var"))
((enhanced_for_statement type: (_) @declare.type name: (identifier) @declare.name) (#not-eq? @declare.type "var"))
((enhanced_for_statement type: (_) @_type name: (identifier) @declare.name) (#eq? @_type "var"))
(enhanced_for_statement name: (identifier) @assign.target value: (_) @assign.each)
((resource type: (_) @declare.type name: (identifier) @declare.name value: (_) @assign.source) (#not-eq? @declare.type "var"))
((resource type: (_) @_type name: (identifier) @declare.name value: (_) @assign.source) (#eq? @_type "var"))
(catch_formal_parameter (catch_type . (_) @declare.type .) name: (identifier) @declare.name)
(catch_formal_parameter (catch_type (_) (_)) name: (identifier) @declare.name)
(instanceof_expression right: (_) @declare.type name: (identifier) @declare.name)
(type_pattern . (_) @declare.type . (identifier) @declare.name)
(record_pattern_component . (_) @declare.type . (identifier) @declare.name)

(return_statement (_) @return)
(lambda_expression body: (expression) @return)
(method_declaration type: (_) @return.type)
(annotation_type_element_declaration type: (_) @return.type)

; ── decisions ──
[
  (if_statement) (while_statement) (do_statement) (for_statement) (enhanced_for_statement) (catch_clause) (ternary_expression)
] @decision
(switch_label "case") @decision
["&&" "||"] @decision

; ── names that are no reads ──
(labeled_statement (identifier) @skip)
(break_statement (identifier) @skip)
(continue_statement (identifier) @skip)
(element_value_pair key: (identifier) @skip)
(type_parameter . (type_identifier) @type.parameter (type_bound . (_) @type.bound)?)
((type_identifier) @skip (#eq? @skip "var"))
[(package_declaration) (import_declaration)] @skip.all

; ── what a call must give ──
(method_declaration parameters: (formal_parameters [(formal_parameter) (spread_parameter)] @takes))
(constructor_declaration parameters: (formal_parameters [(formal_parameter) (spread_parameter)] @takes))
(record_declaration parameters: (formal_parameters [(formal_parameter) (spread_parameter)] @takes))
(formal_parameters (spread_parameter) @takes.rest)

; ── loops, and what closes ──
(enhanced_for_statement "for" @operation.alone value: (_) @operand)
(resource name: (identifier) @operand "=" @operation.alone)
(resource_specification "(" @operation.alone (resource . [(identifier) (field_access)] @operand .))
