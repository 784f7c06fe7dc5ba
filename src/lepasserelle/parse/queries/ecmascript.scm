; What JavaScript, TypeScript and TSX share. Capture names are explained in ../VOCABULARY.md.

; ── definitions: functions ──
(arrow_function body: (_) @body) @definition.lambda
(function_expression body: (_) @body @receiver.none) @definition.lambda
(generator_function body: (_) @body @receiver.none) @definition.lambda
(function_expression name: (identifier) @name body: (_) @body @receiver.none) @definition.function
(function_declaration name: (identifier) @name body: (_) @body @receiver.none) @definition.function
(generator_function_declaration name: (identifier) @name body: (_) @body @receiver.none) @definition.function
(arrow_function "async" @flag.async)
(function_expression "async" @flag.async)

; ── definitions: variables, and functions that an assignment names ──
(lexical_declaration kind: "let" (variable_declarator name: (identifier) @name) @definition.variable)
(lexical_declaration kind: "const" (variable_declarator name: (identifier) @name) @definition.constant)
(variable_declaration (variable_declarator name: (identifier) @name) @definition.variable)
(variable_declarator name: (object_pattern [
  (shorthand_property_identifier_pattern) @name
  (pair_pattern value: (identifier) @name)
  (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
  (rest_pattern (identifier) @name)])) @definition.variable
(variable_declarator name: (array_pattern [(identifier) @name (rest_pattern (identifier) @name)])) @definition.variable
(variable_declarator name: (identifier) @name value: (object) @body) @definition.variable
(lexical_declaration kind: "const" (variable_declarator name: (identifier) @name value: (object) @body) @definition.constant)
(function_expression name: (identifier) @skip)
(class name: (_) @skip)
(variable_declarator name: (identifier) @name value: (arrow_function body: (_) @body)) @definition.function
(variable_declarator name: (identifier) @name
  value: [(function_expression body: (_) @body @receiver.none) (generator_function body: (_) @body @receiver.none)]) @definition.function
(variable_declarator name: (identifier) @name value: (class body: (_) @body)) @definition.class
(assignment_expression left: (identifier) @name right: (arrow_function body: (_) @body)) @definition.function
(assignment_expression left: (identifier) @name
  right: (function_expression body: (_) @body @receiver.none)) @definition.function
(assignment_expression left: (identifier) @name right: (class body: (_) @body)) @definition.class
(assignment_expression left: (member_expression object: (_) @receiver property: (_) @name)
  right: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @definition.function
(assignment_expression
  left: (member_expression object: (member_expression object: (_) @receiver property: (property_identifier) @_prototype) property: (_) @name)
  right: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]
  (#eq? @_prototype "prototype")) @definition.method
(assignment_expression
  left: (member_expression object: [(identifier) (member_expression)] @_exports property: (_) @name)
  right: [(arrow_function body: (_) @body) (function_expression body: (_) @body) (class body: (_) @body)]
  (#any-of? @_exports "exports" "module.exports")) @definition.function
((assignment_expression left: (member_expression object: (_) @receiver property: (property_identifier) @name) right: (object) @body) @definition.field
  (#not-match? @name "^(?:exports|prototype)$"))
((assignment_expression
  left: (member_expression object: [(identifier) (member_expression)] @_exports property: (property_identifier) @name)
  right: (object) @body) @definition.field
  (#any-of? @_exports "exports" "module.exports"))
; ── definitions: classes and objects ──
(class body: (_) @body) @definition.class
(class name: (_) @name body: (_) @body) @definition.class
(class_declaration name: (_) @name body: (_) @body) @definition.class
(method_definition name: (_) @name body: (_) @body) @definition.method
(pair key: [(property_identifier) (string)] @name value: (arrow_function body: (_) @body)) @definition.method
(pair key: [(property_identifier) (string)] @name
  value: [(function_expression body: (_) @body) (generator_function body: (_) @body)]) @definition.method
(pair key: [(property_identifier) (string)] @name value: (object) @body) @definition.field

(assignment_expression left: (member_expression object: (_) @receiver property: (property_identifier) @_prototype)
  right: (object [
    (method_definition name: (_) @name body: (_) @body) @definition.method
    (pair key: (_) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @definition.method])
  (#eq? @_prototype "prototype"))

; ── spans ──
(export_statement declaration: (_) @wrapped) @wrapper
(export_statement value: (_) @wrapped) @wrapper
(lexical_declaration . (variable_declarator) @wrapped .) @wrapper
(variable_declaration . (variable_declarator) @wrapped .) @wrapper
(expression_statement (assignment_expression) @wrapped) @wrapper
(decorator) @decorator
(comment) @comment
((program . (comment) @documentation.comment) (#match? @documentation.comment "^/[*][*]"))

; ── imports and exports ──
(import_statement) @import
(export_statement source: (_)) @import
((variable_declarator value: (call_expression function: (identifier) @_require)) @import (#eq? @_require "require"))
((variable_declarator value: (member_expression object: (call_expression function: (identifier) @_require))) @import
  (#eq? @_require "require"))
((call_expression function: (identifier) @_require) @import (#eq? @_require "require"))
(variable_declarator value: (await_expression (call_expression function: (import)))) @import
(call_expression function: (import)) @import
(if_statement) @conditional
(try_statement) @conditional

(export_statement !source (export_clause (export_specifier name: (_) @export.name !alias)))
(export_statement !source (export_clause (export_specifier name: (_) @export.source alias: (_) @export.name)))
((export_statement declaration: (_ name: (_) @export.name)) @_whole (#not-match? @_whole "^(@[^\n]*\\s+)*export\\s+default"))
(export_statement declaration: (lexical_declaration (variable_declarator name: (_) @export.name)))
(export_statement declaration: (variable_declaration (variable_declarator name: (_) @export.name)))
(export_statement "default" @export.name value: (_) @export.source)
(export_statement "default" @export.name declaration: (_ name: (_) @export.source))
(assignment_expression left: (member_expression object: (_) @_exports property: (property_identifier) @export.name)
  right: (_) @export.source (#any-of? @_exports "exports" "module.exports"))
(assignment_expression left: (member_expression) @export.default right: (_) @export.source (#eq? @export.default "module.exports"))
(assignment_expression left: (member_expression) @_exports
  right: (object [(shorthand_property_identifier) @export.name
    (pair key: (_) @export.name value: (_) @export.source)
    (method_definition name: (_) @export.name)])
  (#eq? @_exports "module.exports"))
(export_specifier) @skip.all
(namespace_export) @skip.all

; ── flows ──
(assignment_expression left: (_) @assign.target right: (_) @assign.source)
(for_in_statement kind: _ left: (_) @declare.name operator: "of" right: (_) @assign.each)
(for_in_statement kind: _ left: (_) @declare.name operator: "in")
(for_in_statement !kind left: (_) @assign.target operator: "of" right: (_) @assign.each)
(catch_clause parameter: (_) @declare.name)
(augmented_assignment_expression left: (_) @update)
(update_expression argument: (_) @update)
(unary_expression operator: "delete" argument: (_) @write)
(return_statement (_) @return)
(arrow_function body: (expression) @return)
(arrow_function parameter: (identifier) @parameter.name)

; ── references ──
(call_expression function: (_) @callee arguments: (arguments) @arguments) @call
(call_expression function: (_) @callee arguments: (template_string)) @call
(new_expression constructor: (_) @callee arguments: (arguments) @arguments) @call
(new_expression constructor: (_) @callee !arguments) @call
(member_expression) @read
[(identifier) (shorthand_property_identifier)] @identifier

; ── decisions ──
[(if_statement) (for_statement) (for_in_statement) (while_statement) (do_statement) (switch_case) (catch_clause) (ternary_expression)] @decision
(binary_expression operator: ["&&" "||" "??"]) @decision
