; Go. A method is written outside its type and names it as receiver; embedding counts as a base.

(package_clause (package_identifier) @package)

; ── definitions ──
(function_declaration name: (identifier) @name body: (block)? @body) @definition.function
(method_declaration
  receiver: (parameter_list (parameter_declaration name: (identifier)? @receiver.name type: (_) @receiver))
  name: (field_identifier) @name body: (block)? @body) @definition.method
(func_literal body: (block) @body) @definition.lambda

(type_spec name: (type_identifier) @name type: (_)) @definition.type
(type_spec name: (type_identifier) @name type: (struct_type (field_declaration_list) @body)) @definition.struct
(type_spec name: (type_identifier) @name type: (interface_type "{" @body "}" @body)) @definition.interface
(type_alias name: (type_identifier) @name type: (_) @alias) @definition.type
(type_declaration . (type_spec) @wrapped .) @wrapper
(type_declaration . (type_alias) @wrapped .) @wrapper
(const_declaration . (const_spec) @wrapped .) @wrapper
(var_declaration . (var_spec) @wrapped .) @wrapper

(field_declaration name: (field_identifier) @name) @definition.field
(field_declaration name: (field_identifier) @name type: (struct_type (field_declaration_list) @body)) @definition.field
(field_declaration name: (field_identifier) @name type: (pointer_type (struct_type (field_declaration_list) @body))) @definition.field
(method_elem name: (field_identifier) @name) @definition.method
(const_spec (identifier) @name) @definition.constant
(var_spec name: (identifier) @name) @definition.variable
(var_spec name: (identifier) @name type: (struct_type (field_declaration_list) @body)) @definition.variable

; ── bases ──
(type_spec type: (struct_type (field_declaration_list (field_declaration !name type: (_) @base))))
(interface_type (type_elem . [(type_identifier) (qualified_type) (generic_type)] @base .))

; ── documentation ──
(comment) @comment
(source_file . (comment)+ @documentation.comment . (package_clause))

; ── imports ──
(import_spec) @import

; ── calls, reads, writes ──
(call_expression function: (_) @callee arguments: (argument_list) @arguments) @call
(type_conversion_expression type: (generic_type) @callee) @call
(composite_literal type: [(type_identifier) (qualified_type) (generic_type)] @callee) @call
(identifier) @identifier
(selector_expression) @read
(literal_element (identifier) @read)
(keyed_element key: (literal_element (identifier) @skip))
(inc_statement (_) @update)
(dec_statement (_) @update)
(type_parameter_declaration name: (identifier) @skip)
(type_parameter_declaration name: (identifier) @type.parameter)
(type_parameter_declaration name: (identifier) @type.parameter type: (type_constraint . (type_identifier) @type.bound .))
(type_parameter_declaration name: (identifier) @type.parameter type: (type_constraint . (qualified_type) @type.bound .))
(method_declaration receiver: (parameter_list (parameter_declaration type: (generic_type
  type_arguments: (type_arguments (type_elem (type_identifier) @type.parameter))))))
(method_declaration receiver: (parameter_list (parameter_declaration type: (pointer_type (generic_type
  type_arguments: (type_arguments (type_elem (type_identifier) @type.parameter)))))))
(parameter_declaration name: (identifier) @skip)

; ── flows: of several values the first is the one that is followed, as its type is that of the call ──
(_ !receiver parameters: (parameter_list [(parameter_declaration name: (identifier) @parameter.name type: (_) @parameter.type)
  (variadic_parameter_declaration name: (identifier) @parameter.name type: (_) @parameter.type)]))
(method_declaration parameters: (parameter_list [(parameter_declaration name: (identifier) @parameter.name type: (_) @parameter.type)
  (variadic_parameter_declaration name: (identifier) @parameter.name type: (_) @parameter.type)]))
(_ result: (parameter_list (parameter_declaration name: (identifier) @parameter.name type: (_) @parameter.type)))
(short_var_declaration left: (expression_list . (_) @declare.name) right: (expression_list . (_) @assign.source))
(short_var_declaration left: (expression_list (_) . (_) @declare.name))
(short_var_declaration left: (expression_list . (_) . (_) @assign.target) right: (expression_list . (_) . (_) @assign.source))
(assignment_statement left: (expression_list . (_) @assign.target) operator: "=" right: (expression_list . (_) @assign.source))
(assignment_statement left: (expression_list (_) . (_) @assign.target .) operator: "=" right: (expression_list (_) . (_) @assign.source .))
(assignment_statement left: (expression_list (_) . (_) @assign.target) operator: "=" right: (expression_list . (_) .))
(assignment_statement left: (expression_list . (_) @update .) operator: ["+=" "-=" "*=" "/=" "%=" "<<=" ">>=" "&=" "|=" "^=" "&^="])
(range_clause left: (expression_list . (_) @declare.name) right: (_))
(range_clause left: (expression_list (_) . (_) @declare.name) right: (_))
(range_clause left: (expression_list (_) . (_) @assign.target) right: (_) @assign.each)
(receive_statement left: (expression_list (_) @declare.name))
(type_switch_statement alias: (expression_list (identifier) @declare.name))
(type_switch_statement alias: (expression_list (identifier) @assign.target) value: (_) @assign.source)
(var_spec name: (identifier) @declare.name type: (_) @declare.type value: (expression_list . (_) @assign.source .))
(var_spec name: (identifier) @declare.name type: (_) @declare.type !value)
(var_spec . name: (identifier) @declare.name !type value: (expression_list . (_) @assign.source))
(var_spec name: (identifier) . name: (identifier) @declare.name !type)
(const_spec (identifier) @declare.name type: (_) @declare.type)
(const_spec . (identifier) @declare.name !type value: (expression_list . (_) @assign.source))
(const_spec (identifier) . (identifier) @declare.name !type)
(const_spec . (identifier) @declare.name !type !value)
(field_declaration name: (field_identifier) @declare.name type: (_) @declare.type)
(short_var_declaration left: (expression_list . (_) @declare.name) right: (expression_list . (call_expression
  function: (identifier) @_made arguments: (argument_list . (_) @declare.type))) (#any-of? @_made "make" "new"))
(short_var_declaration left: (expression_list . (_) @declare.name) right: (expression_list . (composite_literal
  type: [(slice_type) (array_type) (map_type) (implicit_length_array_type)] @declare.type)))
(var_spec . name: (identifier) @declare.name !type value: (expression_list . (composite_literal
  type: [(slice_type) (array_type) (map_type) (implicit_length_array_type)] @declare.type)))
(short_var_declaration left: (expression_list . (_) @assign.target)
  right: (expression_list . (unary_expression operator: "<-" operand: (_) @assign.each)))
(range_clause left: (expression_list . (_) @assign.target .) right: (_) @assign.each)
(field_declaration !name type: (type_identifier) @declare.name @declare.type)
(field_declaration !name type: (generic_type type: (type_identifier) @declare.name) @declare.type)
(field_declaration !name type: (qualified_type name: (type_identifier) @declare.name) @declare.type)
(return_statement (expression_list . (_) @return))
(function_declaration result: [(type_identifier) (qualified_type) (generic_type) (pointer_type) (slice_type) (map_type) (array_type) (channel_type)] @return.type)
(method_declaration result: [(type_identifier) (qualified_type) (generic_type) (pointer_type) (slice_type) (map_type) (array_type) (channel_type)] @return.type)
(method_elem result: [(type_identifier) (qualified_type) (generic_type) (pointer_type) (slice_type) (map_type) (array_type) (channel_type)] @return.type)
(function_declaration result: (parameter_list . (parameter_declaration type: (_) @return.type)))
(method_declaration result: (parameter_list . (parameter_declaration type: (_) @return.type)))
(method_elem result: (parameter_list . (parameter_declaration type: (_) @return.type)))

; ── complexity ──
[(if_statement) (for_statement) (expression_case) (type_case) (communication_case)] @decision
["&&" "||"] @decision

; ── blocks, and what must have ended before its names are seen ──
[(block) (if_statement) (for_statement) (expression_switch_statement) (type_switch_statement) (select_statement) (expression_case)
  (default_case) (type_case) (communication_case)] @block
[(short_var_declaration) (var_spec) (const_spec) (range_clause) (receive_statement)] @declaring
(type_switch_statement alias: (expression_list (identifier) @declare.name) (type_case . type: (_) @declare.type . ":") @declare.within)

; ── literals that may hold functions ──
(composite_literal type: (_) @literal.type body: (literal_value) @literal)
(var_spec . name: (identifier) @literal.name value: (expression_list . (composite_literal type: [(slice_type) (array_type) (map_type)
  (implicit_length_array_type)] @literal.type body: (literal_value) @literal)))
(short_var_declaration left: (expression_list . (identifier) @literal.name) right: (expression_list . (composite_literal
  type: [(slice_type) (array_type) (map_type) (implicit_length_array_type)] @literal.type body: (literal_value) @literal)))
(assignment_statement left: (expression_list . (_) @literal.name) right: (expression_list . (composite_literal
  type: [(slice_type) (array_type) (map_type) (implicit_length_array_type)] @literal.type body: (literal_value) @literal)))
(return_statement (expression_list . (composite_literal
  type: [(slice_type) (array_type) (map_type) (implicit_length_array_type)] @literal.type body: (literal_value) @literal)) @literal.return)
(assignment_statement left: (expression_list . (_) @put.into .) right: (expression_list . (call_expression function: (identifier) @_append
  arguments: (argument_list . (_) . (_) @put)) .) (#eq? @_append "append"))
(short_var_declaration left: (expression_list . (_) @put.into .) right: (expression_list . (call_expression function: (identifier) @_append
  arguments: (argument_list . (_) . (_) @put)) .) (#eq? @_append "append"))

; ── types that are named ──
((type_identifier) @identifier
  (#not-match? @identifier "^(?:u?int(?:8|16|32|64|ptr)?|float(?:32|64)|complex(?:64|128)|string|bool|byte|rune|error|any)$"))
(method_declaration receiver: (parameter_list (parameter_declaration type: [(type_identifier) @skip
  (pointer_type [(type_identifier) @skip (generic_type type: (type_identifier) @skip)]) (generic_type type: (type_identifier) @skip)])))
(qualified_type) @read
