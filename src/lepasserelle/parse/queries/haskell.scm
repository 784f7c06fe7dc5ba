; Haskell. A signature and the equations after it are clauses of one function; instances are extensions of their type.

(header module: (module) @package)
(header exports: (exports (export variable: (variable) @export.name)))
(header exports: (exports (export type: (name) @export.name)))
(header exports: (exports (export operator: (prefix_id (operator) @export.name))))

; ── functions ──
(declarations [
  (signature name: [(variable) @name (prefix_id (operator) @name)]) @definition.function
  (function name: [(variable) @name (prefix_id (operator) @name)] match: (match)+ @body binds: (local_binds)? @body) @definition.function
  (function (infix operator: [(operator) @name (infix_id (variable) @name)]) match: (match)+ @body binds: (local_binds)? @body) @definition.function
  (bind name: (variable) @name match: (match)+ @body binds: (local_binds)? @body) @definition.function
])
(declarations (signature names: (binding_list name: (variable) @name)) @definition.function)
(declarations (bind pattern: (tuple element: (variable) @name)) @definition.variable)
(local_binds (function name: (variable) @name match: (match)+ @body binds: (local_binds)? @body) @definition.function)
(class_declarations [
  (signature name: [(variable) @name (prefix_id (operator) @name)]) @definition.method
  (function name: [(variable) @name (prefix_id (operator) @name)] match: (match)+ @body binds: (local_binds)? @body) @definition.method
  (bind name: (variable) @name match: (match)+ @body binds: (local_binds)? @body) @definition.method
])
(instance_declarations [
  (function name: [(variable) @name (prefix_id (operator) @name)] match: (match)+ @body binds: (local_binds)? @body) @definition.method
  (function (infix operator: [(operator) @name (infix_id (variable) @name)]) match: (match)+ @body binds: (local_binds)? @body) @definition.method
  (bind name: (variable) @name match: (match)+ @body binds: (local_binds)? @body) @definition.method
])
(foreign_import signature: (signature name: (variable) @name)) @definition.function
(lambda expression: (_) @body) @definition.lambda
(lambda_case (alternatives) @body) @definition.lambda

; ── types ──
(data_type name: (_) @name constructors: (_) @body) @definition.enum
(data_type name: (_) @name !constructors) @definition.type
(newtype name: (_) @name constructor: (_) @body) @definition.struct
(type_synonym name: (_) @name) @definition.type
(type_family name: (_) @name) @definition.type
(data_family name: (_) @name) @definition.type
(class name: (_) @name declarations: (class_declarations)? @body) @definition.interface
(data_constructor [(prefix name: (_) @name) (record name: (_) @name) (infix operator: (_) @name)]) @definition.enum_member
(gadt_constructor name: (constructor) @name) @definition.enum_member
(newtype_constructor name: (constructor) @name) @definition.enum_member
(field name: (field_name (variable) @name)) @definition.field
(instance name: (_) @extension.base patterns: (type_patterns . (_) @extension.type)) @extension

; ── bases, decorators ──
(class context: (context (apply constructor: (name) @base)))
(class context: (context (parens (apply constructor: (name) @base))))
(class context: (context (tuple (apply constructor: (name) @base))))
(deriving classes: [(name) @decorator (tuple (name) @decorator)])

; ── documentation ──
[(haddock) (comment)] @comment
(haskell (haddock) @documentation.comment)

; ── imports ──
(import) @import

; ── calls, reads, writes ──
(apply) @applied
(apply function: [(variable) (constructor) (qualified)] @callee) @call
(infix left_operand: [(variable) (constructor) (qualified)] @callee operator: (operator) @_apply (#eq? @_apply "$")) @call
(infix left_operand: [(variable) (constructor) (qualified)] @callee operator: (operator) @_composed
  (#any-of? @_composed "." "<$>" "<$!>" "$!" "=<<" ">=>" "<=<")) @call
(infix operator: (operator) @_composed right_operand: [(variable) (constructor) (qualified)] @callee
  (#any-of? @_composed "." ">>=" "&" "<&>" ">=>" "<=<")) @call
(apply function: (prefix_id (operator) @callee)) @call
[(infix operator: [(constructor_operator) (qualified)] @callee) (left_section (constructor_operator) @callee)
 (right_section (constructor_operator) @callee)] @call
[(left_section (infix_id [(variable) (qualified)] @callee)) (right_section (infix_id [(variable) (qualified)] @callee))] @call
([(left_section (operator) @callee) (right_section (operator) @callee)] @call
  (#not-match? @callee "^(?:[-+*/^$.:|]|[=/<>]=|[<>]|&&|[|][|]|[+][+]|<>|>>=?|=<<|<[$*]>|[$]!|!!|<&>|<[|]>|[*]>|<[*]|<[$])$"))
((prefix_id (operator) @identifier)
  (#not-match? @identifier "^(?:[-+*/^$.:|]|[=/<>]=|[<>]|&&|[|][|]|[+][+]|<>|>>=?|=<<|<[$*]>|[$]!|!!|<&>|<[|]>|[*]>|<[*]|<[$])$"))
(infix operator: (operator) @callee
  (#not-match? @callee "^(?:[-+*/^$.:]|[=/<>]=|[<>]|&&|[|][|]|[+][+]|<>|>>=?|=<<|<[$*]>|[$]!|!!|<&>|<[|]>|[*]>|<[*]|<[$])$")) @call
(infix operator: (infix_id [(variable) (qualified)] @callee)) @call
(variable) @identifier
(constructor) @identifier
(qualified) @read
(field_update field: (field_name (variable) @write))
(field_name (variable) @skip)
(signature) @ignore
(function name: (_) @skip)
(function name: (prefix_id (operator) @skip))
(function (infix) @ignore)
(bind name: (variable) @skip)
(patterns) @ignore
(alternative pattern: (_) @ignore)
(bind pattern: (_) @ignore)
(exports) @ignore
(fixity) @ignore
(deriving) @ignore
(context) @ignore
(type_params) @ignore
(type_patterns) @ignore
(data_type) @ignore
(newtype) @ignore
(type_synonym) @ignore
(type_family) @ignore
(type_instance) @ignore
(equations) @ignore
(foreign_import) @ignore

; ── flows ──
(function patterns: (patterns (_) @parameter.name))
(function (infix left_operand: (_) @parameter.name right_operand: (_) @parameter.name))
(lambda patterns: (patterns (_) @parameter.name))
(bind pattern: (_) @declare.name expression: (_) @assign.source)
(bind pattern: (_) @declare.name match: (match))
(local_binds (bind name: (variable) @declare.name match: (match expression: (_) @assign.source)))
(alternative pattern: (_) @declare.name)
(generator pattern: (_) @declare.name)
(field name: (field_name (variable) @declare.name) type: (_) @declare.type)
(signature type: [(name) (apply) (qualified) (list) (unit)] @return.type)
(signature type: (function result: [(name) (apply) (qualified)] @return.type))
(signature type: (function result: (function result: [(name) (apply) (qualified)] @return.type)))
(signature type: (function result: (function result: (function result: [(name) (apply) (qualified)] @return.type))))

; ── complexity ──
(match (guards)) @decision
[(alternative) (conditional)] @decision
((operator) @decision (#any-of? @decision "&&" "||"))
