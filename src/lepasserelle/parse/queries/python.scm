; Python. Capture names are explained in ../VOCABULARY.md.

; ── definitions ──
(function_definition name: (identifier) @name body: (_) @body) @definition.function
(class_definition name: (identifier) @name body: (_) @body) @definition.class
(lambda body: (_) @body) @definition.lambda
(decorated_definition definition: (_) @wrapped) @wrapper
(decorator) @decorator

(assignment left: (identifier) @name) @definition.variable
(assignment left: (pattern_list (identifier) @name)) @definition.variable
(assignment left: (tuple_pattern (identifier) @name)) @definition.variable
(assignment left: (pattern_list [(tuple_pattern (identifier) @name) (list_splat_pattern (identifier) @name)])) @definition.variable
(assignment left: (pattern_list (tuple_pattern (list_splat_pattern (identifier) @name)))) @definition.variable
(type_alias_statement left: (type [(identifier) @name (generic_type . (identifier) @name)])) @definition.type

(class_definition superclasses: (argument_list [(identifier) (attribute) (subscript) (call)] @base))
(class_definition superclasses: (argument_list (keyword_argument name: (identifier) @_key value: (_) @metaclass)) (#eq? @_key "metaclass"))

; ── documentation ──
(module . (comment)* . (expression_statement . (string) @documentation))
(block . (comment)* . (expression_statement . (string) @documentation))
(comment) @comment

; ── imports ──
(import_statement) @import
(import_from_statement) @import
(future_import_statement) @import
(try_statement) @conditional
(if_statement) @conditional
(if_statement condition: [(identifier) @_flag (attribute attribute: (identifier) @_flag)]
  consequence: (_) @type_only (#eq? @_flag "TYPE_CHECKING"))

; ── parameters ──
(parameters (identifier) @parameter.name)
(parameters [(list_splat_pattern (identifier) @parameter.name) (dictionary_splat_pattern (identifier) @parameter.name)])
(parameters (default_parameter name: (_) @parameter.name))
(parameters (typed_default_parameter name: (identifier) @parameter.name type: (_) @parameter.type))
(parameters (typed_parameter
  . [(identifier) @parameter.name (list_splat_pattern (identifier) @parameter.name) (dictionary_splat_pattern (identifier) @parameter.name)]
  type: (_) @parameter.type))
(lambda_parameters (identifier) @parameter.name)
(lambda_parameters [(list_splat_pattern (identifier) @parameter.name) (dictionary_splat_pattern (identifier) @parameter.name)])
(lambda_parameters (default_parameter name: (identifier) @parameter.name))

(function_definition type_parameters: (type_parameter (type [(identifier) @type.variable
  (splat_type (identifier) @type.variable) (constrained_type . (type (identifier) @type.variable))])))
(class_definition type_parameters: (type_parameter (type [(identifier) @type.variable
  (splat_type (identifier) @type.variable) (constrained_type . (type (identifier) @type.variable))])))

; ── flows ──
(assignment left: (_) @assign.target right: (_) @assign.source !type)
(assignment left: (_) @declare.name type: (_) @declare.type right: (_) @assign.source)
(assignment left: (_) @declare.name type: (_) @declare.type !right)
(augmented_assignment left: (_) @update)
(named_expression name: (_) @assign.target value: (_) @assign.source)
(for_statement left: (_) @assign.target right: (_) @assign.each)
(for_in_clause left: (_) @assign.target right: (_) @assign.each)
(with_item value: (as_pattern (_) @assign.context alias: (as_pattern_target (_) @assign.target)))
(except_clause value: (as_pattern (_) @assign.instance alias: (as_pattern_target (_) @assign.target)))
(case_pattern (as_pattern (identifier) @assign.target))
(case_pattern (dotted_name . (identifier) @assign.target .))
(keyword_pattern (identifier) (dotted_name . (identifier) @assign.target .))
(splat_pattern (identifier) @assign.target)
(delete_statement [(identifier) (attribute) (subscript)] @write)
(delete_statement (expression_list [(identifier) (attribute) (subscript)] @write))
(return_statement (_) @return)
(lambda body: (_) @return)
(function_definition return_type: (_) @return.type)
(global_statement (identifier) @global)
(nonlocal_statement (identifier) @nonlocal)

; ── references ──
(call function: (_) @callee arguments: (argument_list) @arguments) @call
(call function: (_) @callee arguments: (generator_expression)) @call
(attribute) @read
; Names that stand for a value; those that only name a member, a parameter, a keyword, a target or an import are no reads. Half of all
; names are such, and one that is captured costs as much as a read. A list of all node types around a name would leave out
; more, and take as long to compile as it saves in a thousand files.
(primary_expression/identifier) @identifier
[(case_pattern (dotted_name (identifier) @identifier)) (class_pattern (dotted_name (identifier) @identifier))
 (dict_pattern (dotted_name (identifier) @identifier)) (union_pattern (dotted_name (identifier) @identifier))
 (keyword_pattern (dotted_name (identifier) @identifier)) (splat_pattern (identifier) @identifier)
 (type (identifier) @identifier) (generic_type (identifier) @identifier) (member_type (identifier) @identifier)
 (splat_type (identifier) @identifier) (as_pattern (identifier) @identifier) (exec_statement (identifier) @identifier)
 (list_splat (identifier) @identifier) (list_splat_pattern (identifier) @identifier)
 (dictionary_splat_pattern (identifier) @identifier) (tuple_pattern (identifier) @identifier)
 (list_pattern (identifier) @identifier) (pattern_list (identifier) @identifier)]
; What belongs to no statement that the grammar understood is no parameter, target or import.
(ERROR [(identifier) @identifier (dotted_name (identifier) @identifier) (relative_import (dotted_name (identifier) @identifier))
  (aliased_import (identifier) @identifier) (aliased_import (dotted_name (identifier) @identifier))
  (default_parameter name: (identifier) @identifier) (typed_default_parameter name: (identifier) @identifier)
  (typed_parameter (identifier) @identifier)])
(ERROR [(parameters [(identifier) @identifier (default_parameter name: (identifier) @identifier)
    (typed_default_parameter name: (identifier) @identifier) (typed_parameter (identifier) @identifier)])
  (lambda_parameters [(identifier) @identifier (default_parameter name: (identifier) @identifier)])])

; ── decisions ──
[(if_statement) (elif_clause) (for_statement) (while_statement) (except_clause) (conditional_expression) (boolean_operator)
 (for_in_clause) (if_clause) (case_clause) (assert_statement)] @decision
