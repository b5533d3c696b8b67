/** Every diagnostic code with a sentence and an example: the docs page of errors is made from this list. */
export declare const diagnosticCodes: {
  readonly 'project-not-found': {
    readonly meaning: 'No assay.yml in the folder or in one above it.'
    readonly example: 'running `assay build` in an empty folder'
  }
  readonly 'unreadable-file': {
    readonly meaning: 'A file of the project could not be read.'
    readonly example: 'models/a.sql without read permission, or not UTF-8'
  }
  readonly 'yaml-syntax': {
    readonly meaning: 'A YAML file is not YAML.'
    readonly example: 'a tab used for indentation'
  }
  readonly 'unknown-key': {
    readonly meaning: 'A YAML file or a config holds a key that means nothing here.'
    readonly example: '`colums:` for `columns:`'
  }
  readonly 'invalid-value': {
    readonly meaning: 'A value is not of the type or not among the values that are allowed.'
    readonly example: '`materialized: tabel`'
  }
  readonly 'missing-key': {
    readonly meaning: 'A key that is required is absent.'
    readonly example: 'a source without `name:`'
  }
  readonly 'unknown-target': {
    readonly meaning: 'The target asked for is not among those of assay.yml.'
    readonly example: '`--target prod` with targets dev and ci'
  }
  readonly 'missing-var': {
    readonly meaning: 'A var has no value and the call gives no default.'
    readonly example: '`{{var "start_date"}}`'
  }
  readonly 'missing-env': {
    readonly meaning: 'An environment variable is not set and the call gives no default.'
    readonly example: '`{{env "PGPASSWORD"}}`'
  }
  readonly 'template-syntax': {
    readonly meaning: 'A template is not Handlebars.'
    readonly example: '`{{#if x}}` never closed'
  }
  readonly 'jinja-syntax': {
    readonly meaning: 'Jinja was written where Handlebars is read.'
    readonly example: "`{{ ref('stg_events') }}`"
  }
  readonly 'unknown-name': {
    readonly meaning: 'A template names a helper, macro or value that does not exist.'
    readonly example: '`{{reff "x"}}`'
  }
  readonly 'missing-parentheses': {
    readonly meaning: 'A helper stands as an argument without parentheses and would silently be empty.'
    readonly example: '`{{#if is_incremental}}`'
  }
  readonly 'wrong-arguments': {
    readonly meaning: 'A helper or macro is called with missing, surplus, unknown or doubled arguments.'
    readonly example: '`{{ref}}`'
  }
  readonly 'reserved-name': {
    readonly meaning: 'A macro, parameter or block parameter takes the name of a helper or of another macro.'
    readonly example: '`{{#macro "ref" "x"}}`'
  }
  readonly 'not-printable': {
    readonly meaning: 'A template prints a value that is not text, a number, a boolean or a relation.'
    readonly example: '`{{(list "a" "b")}}`'
  }
  readonly 'misplaced-config': {
    readonly meaning: '`config` stands inside a block or a macro.'
    readonly example: '`{{#if x}}{{config materialized="table"}}{{/if}}`'
  }
  readonly 'dynamic-ref': {
    readonly meaning: 'The argument of a ref or source is known only when the database answers.'
    readonly example: '`{{ref (concat "events_" x)}}` with x from a query'
  }
  readonly 'template-raise': {
    readonly meaning: '`raise` was called.'
    readonly example: '`{{raise "no such method"}}`'
  }
  readonly 'endless-macro': {
    readonly meaning: 'A macro calls itself, directly or through others, without end.'
    readonly example: '`{{#macro "a"}}{{a}}{{/macro}}`'
  }
  readonly 'unresolved-ref': {
    readonly meaning: 'A ref or source names nothing of the project.'
    readonly example: '`{{ref "stg_evnts"}}`'
  }
  readonly 'disabled-ref': {
    readonly meaning: 'A ref names a node that is disabled.'
    readonly example: '`enabled: false`'
  }
  readonly 'duplicate-name': {
    readonly meaning: 'Two nodes have one name.'
    readonly example: 'models/a/x.sql and models/b/x.sql'
  }
  readonly 'duplicate-relation': {
    readonly meaning: 'Two nodes would be the same table or view.'
    readonly example: 'two models with `alias: orders` in one schema'
  }
  readonly 'dependency-cycle': {
    readonly meaning: 'Nodes depend on each other in a circle.'
    readonly example: 'a -> b -> a'
  }
  readonly 'unknown-node': {
    readonly meaning: 'A properties file describes a node that does not exist.'
    readonly example: '`- name: stg_evnts`'
  }
  readonly 'unused-config': {
    readonly meaning: 'A folder under `models:` in assay.yml matches no node.'
    readonly example: '`models: { stagin: { +materialized: view } }`'
  }
  readonly 'not-applied': {
    readonly meaning: 'A key or config is accepted, but this version does nothing with it.'
    readonly example: '`post-hook:` on a model'
  }
  readonly 'unknown-test': {
    readonly meaning: 'A test of that name does not exist.'
    readonly example: '`data_tests: [not_nul]`'
  }
  readonly 'invalid-selector': {
    readonly meaning: 'A selector could not be read.'
    readonly example: '`--select tagg:daily`'
  }
  readonly 'empty-selection': {
    readonly meaning: 'A selector matches nothing.'
    readonly example: '`--select nope`'
  }
  readonly 'empty-project': {
    readonly meaning: 'The project has no models, seeds or sources.'
    readonly example: 'models/ is empty'
  }
  readonly 'several-statements': {
    readonly meaning: 'A model holds more than one SQL statement.'
    readonly example: '`select 1; select 2`'
  }
  readonly 'empty-model': {
    readonly meaning: 'A model file renders to nothing.'
    readonly example: 'an empty .sql file'
  }
  readonly 'name-too-long': {
    readonly meaning: 'The name of a relation is longer than the database allows.'
    readonly example: 'a model name of 70 letters on Postgres'
  }
  readonly 'invalid-csv': {
    readonly meaning: 'A seed file is not a well-formed CSV.'
    readonly example: 'a row with a field too few'
  }
  readonly 'invalid-seed-value': {
    readonly meaning: 'A cell of a seed does not fit the type declared for its column.'
    readonly example: '`column_types: { id: integer }` and a cell `abc`'
  }
  readonly 'duplicate-key': {
    readonly meaning: 'A batch to be merged holds a unique key twice.'
    readonly example: '`unique_key="id"` and two rows with id 7'
  }
  readonly 'null-key': {
    readonly meaning: 'A batch to be merged or replaced holds a NULL in its unique key.'
    readonly example: '`unique_key="id"` and a row without id'
  }
  readonly 'schema-changed': {
    readonly meaning: 'The columns of an incremental model changed and `on_schema_change` says fail.'
    readonly example: 'a new column in the SELECT'
  }
  readonly 'dependent-object': {
    readonly meaning: 'A table cannot be replaced because something the project does not own depends on it.'
    readonly example: 'a view of someone else reads a column that goes away'
  }
  readonly 'test-failed': {
    readonly meaning: 'A test on the candidate failed, so the node was rolled back and the old table stays.'
    readonly example: 'not_null on a column with NULLs'
  }
  readonly 'database-error': {
    readonly meaning: 'The database refused a statement.'
    readonly example: 'a column that does not exist'
  }
  readonly 'connection-failed': {
    readonly meaning: 'The database cannot be reached.'
    readonly example: 'the server is down, or the password is wrong'
  }
  readonly 'database-locked': {
    readonly meaning: 'Another process holds the database file.'
    readonly example: 'a second `assay build`, or a DuckDB shell'
  }
  readonly 'not-a-database': {
    readonly meaning: 'The file is not a DuckDB database.'
    readonly example: '`path: seeds/a.csv`'
  }
  readonly 'ledger-version': {
    readonly meaning: 'The ledger was written by a newer version of assay.'
    readonly example: 'a colleague upgraded first'
  }
  readonly interrupted: {
    readonly meaning: 'The run was stopped before this node ended.'
    readonly example: 'Ctrl-C'
  }
}
export type DiagnosticCode = keyof typeof diagnosticCodes
