; Swift. Capture names are explained in ../VOCABULARY.md.

; ── definitions ──
(class_declaration declaration_kind: ["class" "actor"] name: (type_identifier) @name body: (_) @body) @definition.class
(class_declaration declaration_kind: "struct" name: (type_identifier) @name body: (_) @body) @definition.struct
(class_declaration declaration_kind: "enum" name: (type_identifier) @name body: (_) @body) @definition.enum
(protocol_declaration name: (type_identifier) @name body: (_) @body) @definition.interface
(class_declaration declaration_kind: "extension" name: (_) @extension.type) @extension
(class_declaration declaration_kind: "extension" name: (_) @extension.type
  (inheritance_specifier inherits_from: (_) @extension.conforms)) @extension
(enum_entry name: (simple_identifier) @name) @definition.enum_member
(typealias_declaration name: (type_identifier) @name name: (_) @alias) @definition.type
(associatedtype_declaration name: (type_identifier) @name) @definition.type
(function_declaration "func" . _ @name (function_body)? @body) @definition.function
"async" @async
(protocol_function_declaration "func" . _ @name) @definition.method
(init_declaration "init" @name body: (_)? @body) @definition.constructor
(deinit_declaration "deinit" @name body: (_) @body) @definition.method
(subscript_declaration "subscript" @name (computed_property) @body) @definition.property @flag.accessor
(macro_declaration (simple_identifier) @name) @definition.macro
(property_declaration (value_binding_pattern mutability: "var") name: (pattern bound_identifier: (simple_identifier) @name)) @definition.variable
(property_declaration (value_binding_pattern mutability: "let") name: (pattern bound_identifier: (simple_identifier) @name)) @definition.constant
(class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property)
(enum_class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property)
(class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @name) (willset_didset_block) @body) @definition.property)
(property_declaration name: (pattern bound_identifier: (simple_identifier) @name) computed_value: (_) @body) @definition.property @flag.accessor
(protocol_property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property
(lambda_literal) @definition.lambda @body

(import_declaration) @import

; ── bases, attributes ──
(class_declaration declaration_kind: ["class" "actor" "struct" "enum"] (inheritance_specifier inherits_from: (_) @base))
(protocol_declaration (inheritance_specifier inherits_from: (_) @base))
(modifiers (attribute . (user_type) @decorator .))
(modifiers (attribute . (user_type) . (_)) @decorator)
(modifiers (attribute) @decorator.list)
[(comment) (multiline_comment)] @comment

; ── calls ──
(call_expression . (_) @callee (call_suffix . (value_arguments "(") @arguments .) (#not-eq? @callee "defer")) @call
(call_expression . (_) @callee (call_suffix (lambda_literal)) (#not-eq? @callee "defer")) @call
(call_expression . (_ rhs: (_) @callee) (call_suffix . (value_arguments "(") @arguments .)) @call
(call_expression . (nil_coalescing_expression if_nil: (_) @callee) (call_suffix . (value_arguments "(") @arguments .)) @call
(call_expression . (prefix_expression operation: ["-" (bang) "+" "~"] target: (_) @callee) (call_suffix . (value_arguments "(") @arguments .)) @call
(constructor_expression constructed_type: (_) @callee (constructor_suffix (value_arguments) @arguments)) @call

; ── names ──
[(simple_identifier) (type_identifier)] @identifier
(navigation_expression) @read
(assignment target: (directly_assignable_expression . (_) @assign.target) operator: "=" result: (_) @assign.source)
(assignment target: (directly_assignable_expression . (_) @update) operator: ["+=" "-=" "*=" "/=" "%="])

; ── declarations ──
(parameter name: (simple_identifier) @parameter.name
  [(user_type) (optional_type) (array_type) (dictionary_type) (function_type) (tuple_type) (opaque_type) (existential_type)] @parameter.type)
(lambda_parameter name: (simple_identifier) @parameter.name .)
(lambda_parameter name: (simple_identifier) @parameter.name ":" . (_) @parameter.type)
(property_declaration name: (pattern bound_identifier: (simple_identifier) @declare.name) . (type_annotation (_) @declare.type))
(property_declaration name: (pattern bound_identifier: (simple_identifier) @declare.name) . value: (_) @assign.source)
(property_declaration name: (pattern bound_identifier: (simple_identifier) @assign.target) . (type_annotation) . value: (_) @assign.source)
(property_declaration name: (pattern (pattern (simple_identifier) @declare.name)))
(protocol_property_declaration name: (pattern bound_identifier: (simple_identifier) @declare.name) (type_annotation (_) @declare.type))
(if_statement bound_identifier: (simple_identifier) @declare.name . condition: "=" . condition: (_) @assign.source)
(guard_statement bound_identifier: (simple_identifier) @declare.name . condition: "=" . condition: (_) @assign.source)
(while_statement bound_identifier: (simple_identifier) @declare.name . condition: "=" . condition: (_) @assign.source)
(for_statement item: (pattern bound_identifier: (simple_identifier) @declare.name))
(for_statement item: (pattern bound_identifier: (simple_identifier) @assign.target) collection: (_) @assign.each)
(for_statement item: (pattern (pattern (simple_identifier) @declare.name)))
(pattern (pattern (value_binding_pattern) bound_identifier: (simple_identifier) @declare.name))
(catch_block error: (pattern (value_binding_pattern) bound_identifier: (simple_identifier) @declare.name))
(control_transfer_statement "return" result: (_) @return)
(function_body (statements . [(call_expression) (navigation_expression) (simple_identifier) (try_expression) (await_expression)] @return .))
(computed_property (statements . [(call_expression) (navigation_expression) (simple_identifier)] @return .))
(function_declaration "->" . (_) @return.type)
(protocol_function_declaration "->" . (_) @return.type)

; ── decisions ──
[
  (if_statement) (guard_statement) (for_statement) (while_statement) (repeat_while_statement) (catch_block) (ternary_expression)
  (conjunction_expression) (disjunction_expression) (nil_coalescing_expression)
] @decision
(switch_entry (switch_pattern)) @decision

; ── names that are no reads ──
(navigation_suffix suffix: (simple_identifier) @skip)
(value_argument_label (simple_identifier) @skip)
(parameter external_name: (simple_identifier) @skip)
(type_parameter . (type_identifier) @type.parameter . (user_type)? @type.bound)
(type_constraint (inheritance_constraint constrained_type: (identifier (simple_identifier) @type.parameter) (user_type) @type.bound))
(capture_list_item name: (simple_identifier) @skip)
(enum_type_parameters (simple_identifier) @skip)
(switch_pattern (pattern . (simple_identifier) @skip))
((simple_identifier) @skip (#match? @skip "^(\\$[0-9]+|newValue|oldValue|defer|nil)$"))
(attribute) @skip.all
[(directive) (operator_declaration) (macro_definition)] @skip.all

; ── what a call must give ──
(parameter) @takes
((parameter) @takes.optional . "=")
(parameter "...") @takes.rest

; ── operators that types define ──
([(additive_expression lhs: (_) @operand op: _ @operation) (multiplicative_expression lhs: (_) @operand op: _ @operation)
  (equality_expression lhs: (_) @operand op: _ @operation) (comparison_expression lhs: (_) @operand op: _ @operation)
  (infix_expression lhs: (_) @operand op: _ @operation) (bitwise_operation lhs: (_) @operand op: _ @operation)
  (range_expression start: (_) @operand op: _ @operation)])
(assignment target: (directly_assignable_expression . (_) @operand .) operator: ["+=" "-=" "*=" "/=" "%="] @operation)
(prefix_expression operation: ["-" (bang) "+" "~"] @operation.alone target: (_) @operand)
(call_expression . (_) @operand (call_suffix (value_arguments "[" @operation.read)))

; ── what closures are given ──
(lambda_literal) @given.closure
((call_expression . (navigation_expression target: (_) @given.source suffix: (navigation_suffix (simple_identifier) @given.each))
  (call_suffix [(lambda_literal) @given (value_arguments . (value_argument value: (lambda_literal) @given))])) (#any-of? @given.each "forEach" "map" "compactMap" "flatMap" "filter" "contains" "allSatisfy" "first" "firstIndex" "last" "removeAll" "prefix" "drop"))
((call_expression . (navigation_expression target: (_) @given.source suffix: (navigation_suffix (simple_identifier) @given.each))
  (call_suffix [(lambda_literal (lambda_function_type (lambda_function_type_parameters . (lambda_parameter . (simple_identifier) @given.name .) .))) @given
    (value_arguments . (value_argument value: (lambda_literal (lambda_function_type (lambda_function_type_parameters
      . (lambda_parameter . (simple_identifier) @given.name .) .))) @given))])) (#any-of? @given.each "forEach" "map" "compactMap" "flatMap" "filter" "contains" "allSatisfy" "first" "firstIndex" "last" "removeAll" "prefix" "drop"))

; ── defaults, which each call makes anew ──
[(function_declaration default_value: (_) @parameter.default) (init_declaration default_value: (_) @parameter.default)
  (protocol_function_declaration default_value: (_) @parameter.default) (subscript_declaration default_value: (_) @parameter.default)]

; ── literals that may hold functions ──
(property_declaration name: (pattern bound_identifier: (simple_identifier) @literal.name) value: [(array_literal) (dictionary_literal)] @literal)
