; Rust. An `impl` block is no definition of its own: it gives its members a receiver, and its type a base.

; ── definitions ──
(mod_item name: (identifier) @name body: (declaration_list) @body) @definition.namespace
(struct_item name: (type_identifier) @name body: (_)? @body) @definition.struct
(union_item name: (type_identifier) @name body: (_) @body) @definition.union
(enum_item name: (type_identifier) @name body: (_) @body) @definition.enum
(enum_variant name: (identifier) @name) @definition.enum_member
(trait_item name: (type_identifier) @name body: (declaration_list) @body) @definition.interface
(type_item name: (type_identifier) @name type: (_) @alias) @definition.type
(associated_type name: (type_identifier) @name) @definition.type
(field_declaration name: (field_identifier) @name) @definition.field
(const_item name: (identifier) @name) @definition.constant
(static_item name: (identifier) @name) @definition.variable
(macro_definition name: (identifier) @name) @definition.macro
(closure_expression body: (_) @body) @definition.lambda
(function_item name: (_) @name body: (block) @body) @definition.function
(function_signature_item name: (_) @name) @definition.function

(impl_item type: (_) @extension.type) @extension
(impl_item trait: (_) @extension.base type: (_) @extension.type) @extension

; ── bases ──
(trait_item bounds: (trait_bounds [(type_identifier) (scoped_type_identifier) (generic_type)] @base))

; ── decorators: attributes, and what a `derive` derives ──
(attribute_item) @leading
(attribute_item (attribute . (_) @_attribute) @decorator (#not-eq? @_attribute "derive"))
(attribute_item (attribute . (identifier) @_derive arguments: (token_tree (identifier) @decorator)) (#eq? @_derive "derive"))
(attribute_item) @ignore
(inner_attribute_item) @ignore

; ── documentation ──
[(line_comment) (block_comment)] @comment
(source_file . (line_comment (inner_doc_comment_marker))+ @documentation.comment)
(declaration_list . (line_comment (inner_doc_comment_marker))+ @documentation.comment)

; ── imports ──
(use_declaration) @import
(extern_crate_declaration) @import
(mod_item !body) @import

; ── calls ──
(call_expression function: (_) @callee arguments: (arguments) @arguments) @call
(macro_invocation macro: (_) @callee) @call
(struct_expression name: (_) @callee) @call
(macro_invocation (token_tree) @tokens)
(macro_definition) @ignore

; ── reads and writes ──
(compound_assignment_expr left: (_) @update)
(identifier) @identifier
(scoped_identifier) @read
(field_expression) @read
(use_declaration) @ignore
(extern_crate_declaration (identifier) @skip)
(mod_item name: (identifier) @skip)
(visibility_modifier) @ignore
(tuple_struct_pattern type: (_) @read)
(struct_pattern type: (_) @skip)
(lifetime (identifier) @skip)
(label (identifier) @skip)

; ── flows ──
(parameters (parameter pattern: (_) @parameter.name type: (_) @parameter.type))
(closure_parameters (parameter pattern: (_) @parameter.name type: (_) @parameter.type))
(closure_parameters [(identifier) (tuple_pattern) (reference_pattern)] @parameter.name)
(let_declaration pattern: (_) @declare.name type: (_) @declare.type value: (_) @assign.source)
(let_declaration pattern: (_) @declare.name type: (_) @declare.type !value)
(let_declaration pattern: (_) @declare.name !type value: (_) @assign.source)
(let_declaration pattern: (_) @declare.name !type !value)
(let_condition pattern: (_) @declare.name)
(match_pattern . [(tuple_struct_pattern) (struct_pattern) (tuple_pattern) (or_pattern) (captured_pattern) (reference_pattern)
  (slice_pattern) (ref_pattern) (mut_pattern)] @declare.name)
(match_pattern . (identifier) @declare.name (#match? @declare.name "^[a-z_]"))
(let_condition pattern: (tuple_struct_pattern type: (identifier) @_full . [(identifier) (ref_pattern) (mut_pattern)] @assign.target .)
  value: (_) @assign.each (#any-of? @_full "Some" "Ok"))
(let_declaration pattern: (tuple_struct_pattern type: (identifier) @_full . [(identifier) (ref_pattern) (mut_pattern)] @assign.target .)
  value: (_) @assign.each (#any-of? @_full "Some" "Ok"))
(match_expression value: (_) @assign.each body: (match_block (match_arm pattern: (match_pattern (tuple_struct_pattern
  type: (identifier) @_full . [(identifier) (ref_pattern) (mut_pattern)] @assign.target .)))) (#any-of? @_full "Some" "Ok"))
(for_expression pattern: (_) @declare.name)
(for_expression pattern: (_) @assign.target value: (_) @assign.each)
(assignment_expression left: (_) @assign.target right: (_) @assign.source)
(const_item name: (identifier) @declare.name type: (_) @declare.type value: (_) @assign.source)
(static_item name: (identifier) @declare.name type: (_) @declare.type value: (_) @assign.source)
(field_declaration name: (field_identifier) @declare.name type: (_) @declare.type)
(return_expression (_) @return)
(function_item body: (block [(identifier) (call_expression) (field_expression) (struct_expression) (scoped_identifier) (self)
  (reference_expression) (macro_invocation) (await_expression) (try_expression)] @return .))
(closure_expression body: [(identifier) (call_expression) (field_expression) (struct_expression) (macro_invocation)] @return)
(function_item body: (block (closure_expression) @return .))
(function_item return_type: (_) @return.type)
(function_signature_item return_type: (_) @return.type)


; ── type parameters, each with its bound ──
(type_parameters (type_parameter name: (type_identifier) @type.parameter))
(type_parameters (type_parameter name: (type_identifier) @type.parameter
  bounds: (trait_bounds [(type_identifier) (scoped_type_identifier) (generic_type)] @type.bound)))
(where_clause (where_predicate left: (type_identifier) @type.parameter
  bounds: (trait_bounds [(type_identifier) (scoped_type_identifier) (generic_type)] @type.bound)))

; ── complexity ──
[(if_expression) (while_expression) (for_expression) (loop_expression) (match_arm)] @decision
(let_declaration alternative: (_)) @decision
(match_pattern condition: (_)) @decision
["&&" "||"] @decision

; ── blocks, and what must have ended before its names are seen ──
[(block) (match_arm) (if_expression) (while_expression) (for_expression)] @block
[(let_declaration) (let_condition)] @declaring

; ── literals that may hold functions ──
(struct_expression name: (_) @literal.type body: (field_initializer_list) @literal)
(struct_item body: (ordered_field_declaration_list) @declare.places)
(const_item name: (identifier) @literal.name value: [(array_expression) @literal (reference_expression value: (array_expression) @literal)])
(static_item name: (identifier) @literal.name value: [(array_expression) @literal (reference_expression value: (array_expression) @literal)])
(let_declaration pattern: (identifier) @literal.name value: [(array_expression) @literal
  (reference_expression value: (array_expression) @literal)])
(let_declaration pattern: (identifier) @literal.name value: (macro_invocation macro: (identifier) @_vec (token_tree) @literal)
  (#eq? @_vec "vec"))
(call_expression function: (field_expression value: (_) @put.into field: (field_identifier) @_put) arguments: (arguments (_) @put .)
  (#any-of? @_put "push" "push_back" "insert"))

; ── operators that types define ──
(binary_expression left: (_) @operand operator: _ @operation)
(compound_assignment_expr left: (_) @operand operator: _ @operation)
(index_expression . (_) @operand . "[" @operation)
(unary_expression ["-" "!"] @operation.alone . (_) @operand)

; ── loops ──
(for_expression "for" @operation.alone value: (_) @operand)

; ── types that are named ──
(type_identifier) @identifier
(scoped_type_identifier) @read
(impl_item trait: (type_identifier) @skip)
(impl_item trait: (generic_type type: (type_identifier) @skip))
(impl_item type: (type_identifier) @skip)
(impl_item type: (generic_type type: (type_identifier) @skip))
