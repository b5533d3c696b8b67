/** Every diagnostic code with a sentence and an example: the docs page of errors is made from this list. */
export const diagnosticCodes = {
  'project-not-found': {
    meaning: 'No assay.yml in the folder or in one above it.',
    example: 'running `assay build` in an empty folder',
  },
  'unreadable-file': {
    meaning: 'A file of the project could not be read.',
    example: 'models/a.sql without read permission, or not UTF-8',
  },
  'unwritable-file': {
    meaning: 'A file of the project, or below target/, could not be written or removed.',
    example: 'the disk is full',
  },
  'file-exists': {
    meaning: 'A file that `init` or `generate` would write is there already; nothing was written.',
    example: '`assay init` in the folder of a project',
  },
  'unknown-loader': {
    meaning: 'A source table has `load:` and names a loader that assay does not have.',
    example: '`loader: fils` with `load:`',
  },
  'nothing-to-load': {
    meaning: 'None of the selected sources is loaded by assay.',
    example: '`assay ingest` in a project without `load:`',
  },
  'raw-table-differs': {
    meaning: 'The table of a source that assay loads is there and is not one that assay made.',
    example: 'a view of the name, or a table without `_load_seq`',
  },
  'load-failed': {
    meaning: 'Some of a source could not be loaded; what was loaded before it is there.',
    example: 'the disk is full',
  },
  'dead-letters-unknown': {
    meaning:
      'A model with `dead_letters` lacks the column of the reason, or those by which its rows are found again.',
    example: '`dead_letters: { reason: why }` on a model without `_load_seq`',
  },
  'dead-letters-unwritten': {
    meaning: 'What a model refuses could not be written to a file; the next build writes it.',
    example: 'the disk is full',
  },
  'batch-waiting': {
    meaning: 'A batch failed and will be tried again by the next `assay ingest`.',
    example: 'the database refused all of it once',
  },
  'batch-quarantined': {
    meaning: 'A batch failed as often as `tries` allows and is not tried any more.',
    example: 'the table was altered by hand so that no row fits',
  },
  'source-quarantined': {
    meaning: 'A file failed as often as `tries` allows and is left alone until it changes.',
    example: 'a file whose last line stays half written',
  },
  'sources-left-aside': {
    meaning: 'Files that failed as often as `tries` allows are not looked at in this run.',
    example: 'a file that was set aside yesterday and is as it was',
  },
  'no-files': {
    meaning: 'No file matches the path of a source, and none was ever loaded.',
    example: 'a folder that is spelled otherwise',
  },
  'folder-gone': {
    meaning: 'A folder that files of a source were loaded from is not there any more.',
    example: 'a disk that is not mounted',
  },
  'file-lacks-columns': {
    meaning: 'The header of a CSV file lacks declared columns; they are NULL in its rows.',
    example: 'a column that was declared after the file was written',
  },
  'source-not-moved': {
    meaning: 'A file is loaded and could not be moved or deleted.',
    example: '`after_load: move` in a folder without write permission',
  },
  'file-incomplete': {
    meaning: 'A file is not whole yet; nothing of it is loaded.',
    example: 'its last line is half a record, or it is still being written',
  },
  'file-unreadable': {
    meaning: 'A file as a whole is not what it should be; nothing of it is loaded.',
    example:
      'UTF-16 where UTF-8 is expected, broken gzip data, a CSV header without any declared column, no permission',
  },
  'file-changed': {
    meaning: 'A file changed while it was read; nothing of it is loaded.',
    example: 'it was replaced by another of its name',
  },
  'file-grew': {
    meaning:
      'More was written behind the content of a file that is loaded, which may have been renamed since.',
    example: 'a log file that goes on',
  },
  'yaml-syntax': { meaning: 'A YAML file is not YAML.', example: 'a tab used for indentation' },
  'unknown-key': {
    meaning: 'A YAML file or a config holds a key that means nothing here.',
    example: '`colums:` for `columns:`',
  },
  'invalid-value': {
    meaning: 'A value is not of the type or not among the values that are allowed.',
    example: '`materialized: tabel`',
  },
  'missing-key': {
    meaning: 'A key that is required is absent.',
    example: 'a source without `name:`',
  },
  'duplicate-vars': {
    meaning: 'Vars stand both in vars.yml and in assay.yml.',
    example: '`vars:` in assay.yml, and a file vars.yml beside it',
  },
  'unknown-target': {
    meaning: 'The target asked for is not among those of assay.yml.',
    example: '`--target prod` with targets dev and ci',
  },
  'missing-var': {
    meaning: 'A var has no value and the call gives no default.',
    example: '`{{var "start_date"}}`',
  },
  'missing-env': {
    meaning: 'An environment variable is not set and the call gives no default.',
    example: '`{{env "PGPASSWORD"}}`',
  },
  'no-keys': {
    meaning: 'Every key that `serve` declares is empty, so none is valid.',
    example: "`key: \"{{env 'SHOP_KEY' ''}}\"` without SHOP_KEY in the environment",
  },
  'secret-outside-target': {
    meaning:
      'A variable that begins with ASSAY_ENV_SECRET (or DBT_ENV_SECRET) is read where its value would end up in artifacts or in the database.',
    example: '`{{env "ASSAY_ENV_SECRET_KEY"}}` in a model',
  },
  'typescript-syntax': {
    meaning: 'A TypeScript file of the project could not be compiled.',
    example: '`export const cents = defineMacro({ args: { column: "string" }`, without its end',
  },
  'unresolved-import': {
    meaning: 'A TypeScript file imports a file, package or name that is not there.',
    example: '`import { rate } from "./rates"` without a file macros/rates.ts',
  },
  'invalid-row': {
    meaning:
      'A row that a model in TypeScript yields lacks a column, has an unknown one, or a value of another type.',
    example: '`yield { id: "one" }` where `id` is a bigint',
  },
  'rows-lost': {
    meaning: 'Counts of rows that must be equal are not; nothing was published.',
    example: 'a model in TypeScript read fewer rows than its upstream has',
  },
  'missing-model': {
    meaning: 'A TypeScript file below models/ exports no model.',
    example: 'a file of helper functions: begin its name with _, or put it elsewhere',
  },
  'typescript-failed': {
    meaning: 'Code of a TypeScript file threw an error.',
    example: '`throw new Error("no rate")` in a macro',
  },
  'template-syntax': {
    meaning: 'A template is not Handlebars.',
    example: '`{{#if x}}` never closed',
  },
  'jinja-syntax': {
    meaning: 'Jinja was written where Handlebars is read.',
    example: "`{{ ref('stg_events') }}`",
  },
  'unknown-name': {
    meaning: 'A template names a helper, macro or value that does not exist.',
    example: '`{{reff "x"}}`',
  },
  'missing-parentheses': {
    meaning: 'A helper stands as an argument without parentheses and would silently be empty.',
    example: '`{{#if is_incremental}}`',
  },
  'wrong-arguments': {
    meaning: 'A helper or macro is called with missing, surplus, unknown or doubled arguments.',
    example: '`{{ref}}`',
  },
  'reserved-name': {
    meaning:
      'A macro, parameter or block parameter takes the name of a helper or of another macro.',
    example: '`{{#macro "ref" "x"}}`',
  },
  'not-printable': {
    meaning: 'A template prints a value that is not text, a number, a boolean or a relation.',
    example: '`{{(list "a" "b")}}`',
  },
  'misplaced-config': {
    meaning:
      '`config` stands inside a block or a macro (at the top level of a generic test it sets the default for its uses).',
    example: '`{{#if x}}{{config materialized="table"}}{{/if}}`',
  },
  'dynamic-ref': {
    meaning: 'The argument of a ref or source is known only when the database answers.',
    example: '`{{ref (concat "events_" x)}}` with x from a query',
  },
  'template-raise': { meaning: '`raise` was called.', example: '`{{raise "no such method"}}`' },
  'too-many-questions': {
    meaning:
      'A template asks the database more than 50 questions, each known by the last answer only.',
    example: '`query` in a loop over the rows of another `query`',
  },
  'not-built': {
    meaning: 'A template asks about a table or view that is not there yet.',
    example: '`(columns (ref "stg_events"))` before the first build',
  },
  'introspection-off': {
    meaning: 'A template asks the database where it must not be asked.',
    example: '`{{#each (query ..)}}` and --no-introspect',
  },
  'endless-macro': {
    meaning: 'A macro calls itself, directly or through others, without end.',
    example: '`{{#macro "a"}}{{a}}{{/macro}}`',
  },
  'unresolved-ref': {
    meaning: 'A ref or source names nothing of the project.',
    example: '`{{ref "stg_evnts"}}`',
  },
  'unknown-docs-block': {
    meaning: 'A description names a docs block that no `.md` file holds.',
    example: '`description: \'{{doc "ordrs"}}\'`',
  },
  'misplaced-helper': {
    meaning: 'A helper stands where it means nothing.',
    example: '`{{doc "orders"}}` in a model',
  },
  'unknown-version': {
    meaning: 'A version of a model that does not exist: a file, or what a ref or YAML names.',
    example: '`{{ref "orders" version=9}}`',
  },
  'unknown-group': {
    meaning: 'A node names a group that no properties file declares.',
    example: '`group: finanse`',
  },
  'unknown-experiment': {
    meaning:
      'A template or a command asks for an experiment that is neither declared nor in the results.',
    example:
      '`{{#with (experiments "prcing") as |e|}}` for pricing, `assay report experiment prcing`',
  },
  'private-ref': {
    meaning: 'A private model is read from outside its group.',
    example: '`access: private` on a model of group finance, read by a model of another group',
  },
  'deprecated-model': {
    meaning: 'The deprecation date of a model is past, and the model is still there.',
    example: '`deprecation_date: 2020-01-01`',
  },
  'deprecated-ref': {
    meaning: 'A model is read that has a deprecation date.',
    example: '`{{ref "orders" version=1}}`, of which a version 2 is there',
  },
  'unpinned-ref': {
    meaning: 'A ref without a version will mean another one when a prerelease becomes the latest.',
    example: '`{{ref "orders"}}` with `latest_version: 1` and a version 2',
  },
  'disabled-ref': { meaning: 'A ref names a node that is disabled.', example: '`enabled: false`' },
  'duplicate-name': {
    meaning: 'Two nodes have one name.',
    example: 'models/a/x.sql and models/b/x.sql',
  },
  'duplicate-relation': {
    meaning: 'Two nodes would be the same table or view.',
    example: 'two models with `alias: orders` in one schema',
  },
  'duplicate-location': {
    meaning: 'A model would be written to a file or folder that holds something else.',
    example: 'two external models with `location: exports/orders.parquet`',
  },
  'dependency-cycle': {
    meaning: 'Nodes depend on each other in a circle.',
    example: 'a -> b -> a',
  },
  'unknown-node': {
    meaning: 'A properties file describes a node or macro that does not exist.',
    example: '`- name: stg_evnts`',
  },
  'unknown-argument': {
    meaning:
      'A properties file describes an argument that the macro does not take, or gives it a type that is none.',
    example: '`arguments: [{ name: colum, type: strng }]`',
  },
  'unused-config': {
    meaning: 'A folder under `models:` in assay.yml matches no node.',
    example: '`models: { stagin: { +materialized: view } }`',
  },
  'not-applied': {
    meaning: 'A key or config is accepted, but this version does nothing with it.',
    example: '`post-hook:` on a model',
  },
  'missing-package': {
    meaning: 'A package of assay.yml is not there.',
    example: '`packages: [crm]` before `npm install crm`',
  },
  'server-not-installed': {
    meaning: '`assay serve` needs packages that nobody else does, and they are not there.',
    example: '`assay serve` before `npm install fastify ..`',
  },
  'address-not-free': {
    meaning: '`assay serve` cannot listen where it was told to.',
    example: 'a second `assay serve` at the same port',
  },
  'wrong-assay-version': {
    meaning: 'The project or a package asks for another version of assay.',
    example: '`require-assay-version: ">=2"`',
  },
  'invalid-package': {
    meaning:
      'A package cannot join the project: two of one name, a circle, another version than asked for.',
    example: '`version: ">=2"` and version 1.4 installed',
  },
  'false-positive-rate': {
    meaning:
      'On these users a metric is called different without a difference more or less often than its level says.',
    example:
      '`assay simulate experiment x`, where one user in a thousand brings half of the revenue',
  },
  'charts-not-installed': {
    meaning: 'The HTML of a report has charts, and the packages that draw them are not there.',
    example: '`assay report experiment x` before `npm install @observablehq/plot linkedom`',
  },
  'unknown-metric': {
    meaning: 'A metric of that name does not exist.',
    example: '`assay metric conversion_rte`',
  },
  'unknown-dimension': {
    meaning:
      'A metric is asked by a column that is none of its dimensions, or by a grain its time does not have.',
    example: '`assay metric revenue --by contry`',
  },
  'non-additive': {
    meaning: 'A metric would add up what may not be added: over time, or at all.',
    example: '`agg: sum` of daily active users, asked by month',
  },
  'unknown-test': {
    meaning: 'A test of that name does not exist.',
    example: '`data_tests: [not_nul]`',
  },
  'invalid-selector': {
    meaning: 'A selector could not be read.',
    example: '`--select tagg:daily`',
  },
  'empty-selection': {
    meaning:
      'A selector matches nothing: a warning, but for commands that then have nothing to do, such as `export`, an error.',
    example: '`--select nope`',
  },
  'missing-state': {
    meaning: 'What another run left is asked for, and no folder with its artifacts was given.',
    example: '`--select state:modified` without `--state`',
  },
  'invalid-state': {
    meaning: 'A file in the folder of --state is not what its name says.',
    example: 'a manifest.json that was cut off',
  },
  'unreachable-state': {
    meaning: 'What is deferred to lies in a database that the target cannot read.',
    example: '`--defer` to a manifest.json of another Postgres database',
  },
  'same-as-state': {
    meaning:
      'With `--defer` a node was to be built where the manifest of `--state` has its own: production would be overwritten.',
    example: '`--vars "{schema: pr_17}"` and a model whose `+schema` names a schema of its own',
  },
  'torn-state': {
    meaning:
      'A cursor follows a view of another run, and some of what the view filters is in the target.',
    example: '`--defer` with a new_rows over a view whose table this run builds',
  },
  'test-warned': {
    meaning: 'A data test found rows and only warns; named in --warn-error-options it fails.',
    example: '`severity: warn`',
  },
  'unknown-selector': {
    meaning: 'No selector of selectors.yml has that name.',
    example: '`--selector nightly` without such an entry',
  },
  'empty-project': {
    meaning: 'The project has no models, seeds or sources.',
    example: 'models/ is empty',
  },
  'several-statements': {
    meaning: 'A model holds more than one SQL statement.',
    example: '`select 1; select 2`',
  },
  'unclosed-comment': {
    meaning: 'A block comment in SQL never ends.',
    example: '`select 1 /* one`',
  },
  'empty-model': { meaning: 'A model file renders to nothing.', example: 'an empty .sql file' },
  'name-too-long': {
    meaning: 'The name of a relation is longer than the database allows.',
    example: 'a model name of 70 letters on Postgres',
  },
  'invalid-csv': {
    meaning: 'A seed file is not a well-formed CSV.',
    example: 'a row with a field too few',
  },
  'invalid-seed-value': {
    meaning: 'A cell of a seed does not fit the type declared for its column.',
    example: '`column_types: { id: integer }` and a cell `abc`',
  },
  'duplicate-key': {
    meaning: 'A batch to be merged, or the query of a snapshot, holds a unique key twice.',
    example: '`unique_key="id"` and two rows with id 7',
  },
  'null-key': {
    meaning:
      'A batch to be merged or replaced, or the query of a snapshot, holds a NULL in its unique key.',
    example: '`unique_key="id"` and a row without id',
  },
  'conflicting-versions': {
    meaning: 'Events of one key and moment say different things (scd2).',
    example: 'two plans of a user at 12:00:00, and no `tie_breaker`',
  },
  'null-updated-at': {
    meaning: 'A row of a snapshot, or an event of scd2, does not say since when it holds.',
    example: '`updated_at: changed_at` and a row without it',
  },
  'not-a-snapshot': {
    meaning: 'What stands under the name of a snapshot is not the table of a snapshot.',
    example: 'a table of that name made by other means, without `dbt_valid_from`',
  },
  'schema-changed': {
    meaning:
      'The columns of an incremental model changed and `on_schema_change` says fail; or a column of a snapshot has a type that its table cannot hold.',
    example: 'a new column in the SELECT',
  },
  'unknown-strategy': {
    meaning: 'An incremental strategy that is neither built in nor defined by a macro.',
    example: '`incremental_strategy="upsert"` without `get_incremental_upsert_sql`',
  },
  'rows-outside-predicates': {
    meaning:
      'A row of the table has a key of the batch and does not meet `incremental_predicates`: it would be there twice.',
    example: 'predicates on the last three days, and a batch with an order of last week',
  },
  'dependent-object': {
    meaning: 'A table cannot be replaced because something the project does not own depends on it.',
    example: 'a view of someone else reads a column that goes away',
  },
  'test-failed': {
    meaning: 'A test on the candidate failed, so the node was rolled back and the old table stays.',
    example: 'not_null on a column with NULLs',
  },
  'no-quarantine': {
    meaning:
      '`quarantine` stands where rows cannot be set aside: beside a test that is no condition on one row, or a node that is no table of its own.',
    example: '`unique: { config: { quarantine: true } }`',
  },
  'missing-input': {
    meaning: 'A model reads something that its unit test gives no rows for.',
    example: 'a join with `{{ref "prices"}}` and no `- input: ref(\'prices\')`',
  },
  'unknown-fixture-column': {
    meaning: 'A row of a unit test names a column that its input, or the model, does not have.',
    example: '`amuont: 5`',
  },
  'not-compared': {
    meaning: 'A row that is expected names a column that the first row does not name.',
    example: '`rows: [{id: 1}, {id: 2, amount: 5}]`',
  },
  'unused-input': {
    meaning: 'A unit test gives rows for something that its model does not read.',
    example: "`- input: ref('orders')` where the model reads `orders_v2` now",
  },
  'unknown-cte': {
    meaning: 'A unit test expects rows of a CTE that its model does not have.',
    example: '`cte: filterd`',
  },
  'database-error': {
    meaning: 'The database refused a statement.',
    example: 'a column that does not exist',
  },
  'connection-failed': {
    meaning: 'The database cannot be reached.',
    example: 'the server is down, or the password is wrong',
  },
  'database-locked': {
    meaning: 'Another process holds the database file.',
    example: 'a second `assay build`, or a DuckDB shell',
  },
  'copy-not-published': {
    meaning:
      'The run is committed, but `publish_copy` or a file of `publish_for` could not be replaced: readers see the copy from before.',
    example: 'the disk of the copy is full',
  },
  'copy-view-unreadable': {
    meaning:
      'A view names the database it is in, so it does not work in a copy whose file has another name.',
    example: '`select * from assay.main.orders` in a view, published as `bi.duckdb`',
  },
  'not-a-database': {
    meaning: 'The file is not a DuckDB database.',
    example: '`path: seeds/a.csv`',
  },
  'ledger-version': {
    meaning: 'The ledger was written by a newer version of assay.',
    example: 'a colleague upgraded first',
  },
  'not-append-only': {
    meaning: '`new_rows` is asked of something whose rows may change or come in any order.',
    example: '`{{new_rows "silver_sessions"}}`, a model that rewrites its rows',
  },
  'no-change-feed': {
    meaning: '`touched_keys` is asked of something that does not record which keys changed.',
    example: '`{{touched_keys "stg_users" key="user_id"}}`, a view with a join',
  },
  'null-arrival': {
    meaning: 'A row that is to be followed by a cursor has no arrival value, so it would be lost.',
    example: 'a NULL in `_load_seq`',
  },
  'late-arrival': {
    meaning:
      'A batch holds arrival values that are not beyond those that readers may have consumed.',
    example: 'an append model whose rows do not keep the order of its upstream',
  },
  'lease-held': {
    meaning: 'Another run is writing one of the selected tables.',
    example: 'a scheduled build and one by hand',
  },
  'lease-lost': {
    meaning: 'The run was taken for dead, and another one took over what it was writing.',
    example: 'a laptop that slept in mid-run',
  },
  'code-changed': {
    meaning: 'The SQL of an incremental model changed: rows that are there keep their old meaning.',
    example: 'a new rate in the SELECT, without --full-refresh',
  },
  'configuration-changed': {
    meaning:
      'The indexes of a materialized view are not those of its config, and it says not to change them.',
    example: '`on_configuration_change: fail`, and another column in `indexes`',
  },
  'backfill-mismatch': {
    meaning: 'After a backfill some keys would have more or fewer rows than the model gives them.',
    example: '`--backfill "total = 5"` where the new totals are others',
  },
  'unfiltered-batches': {
    meaning: 'No input of a microbatch model declares `event_time`, so each batch reads all rows.',
    example: 'a microbatch model over a table whose config has no `event_time`',
  },
  'rows-outside-batch': {
    meaning:
      'A batch of a microbatch model gave rows whose event time lies outside of its span: they are not inserted.',
    example: 'a local date as `event_time`, over an input that is cut by a timestamp in UTC',
  },
  'no-batches': {
    meaning:
      'The event times that a run is asked for all lie before the `begin` of a microbatch model.',
    example: '`--event-time-end 2025-01-01` and `begin="2026-01-01"`',
  },
  'protected-rows': {
    meaning:
      'A model with `full_refresh: false` cannot go on from its cursors, and must not be rebuilt.',
    example: 'an upstream of a model that keeps history was rebuilt',
  },
  'unowned-relation': {
    meaning: 'A table or view that assay made belongs to no node of the project any more.',
    example: 'models/old.sql was deleted',
  },
  'lint-nullable-key': {
    meaning: 'An incremental model is matched by a key, and no not_null test guards the key.',
    example: '`unique_key="id"` without `data_tests: [not_null]` on id',
  },
  'lint-wall-clock': {
    meaning: 'Rows of an incremental model hold what differs from run to run.',
    example: '`now() as built_at` without `volatile_columns="built_at"`',
  },
  'lint-watermark': {
    meaning:
      'An incremental model takes the greatest value it holds for the border of what is new.',
    example: '`where at > (select max(at) from {{this}})`',
  },
  'lint-partial-order': {
    meaning: 'A result hangs on the order of rows, and their order is not given or has ties.',
    example: '`row_number() over (partition by user_id order by at)`',
  },
  'lint-asof-ties': {
    meaning: 'The right side of an ASOF JOIN may have two rows of one time.',
    example: '`asof join {{ref "prices"}} as p on ..` where no test says that p is unique',
  },
  'dialect-gap': {
    meaning:
      'A project has targets on several databases, and SQL of a model means something else, or nothing, on one of them.',
    example: '`count(*) / 2`, which is cut to a whole number on Postgres',
  },
  'lint-timestamp-zone': {
    meaning: 'A TIMESTAMP without zone is made of a value whose zone is not said.',
    example: '`created_at::timestamp`',
  },
  'unknown-schema': {
    meaning: 'A word of `assay diff` is neither a target nor a schema of the database.',
    example: '`assay diff dev:silver dev:me_silvr`',
  },
  'unknown-column': {
    meaning:
      'A config of a model names a column that the model does not have; or a column of `--key` is not in both sides of a relation that `diff` compares.',
    example: '`unique_key="id"` and a SELECT without `id`',
  },
  'nothing-to-compare': {
    meaning: 'No selected node is a table or view of either side.',
    example: '`assay diff dev ci` before the first build',
  },
  'sandbox-unavailable': {
    meaning: 'There is no database in which `verify` could build.',
    example: 'a Postgres user who may not make databases, without --sandbox',
  },
  'sandbox-relation': {
    meaning:
      'A model reads a table that is not there for `verify`: the sandbox holds what ref and source name.',
    example: '`from raw.events` in a model instead of `{{source "raw" "events"}}`',
  },
  'contract-mismatch': {
    meaning:
      'The columns or types of a SELECT are not those of its enforced contract; nothing was written.',
    example: '`data_type: integer` for a column that the SELECT makes a text',
  },
  'breaking-contract': {
    meaning:
      'An enforced contract promises less than at the other run: an error where the model has versions, else a warning.',
    example: 'a column taken out of the YAML, and `--select state:modified`',
  },
  'constraint-violated': {
    meaning:
      'Rows of a model break a constraint of its contract; the table is as it was before the run.',
    example: 'a NULL in a column with `type: not_null`',
  },
  'constraint-not-applied': {
    meaning:
      'Constraints that nothing is made of: without an enforced contract, on a view, or a foreign key on DuckDB.',
    example: '`constraints:` of a model without `contract: {enforced: true}`',
  },
  'bare-numeric': {
    meaning: 'A number type of a contract says neither precision nor scale.',
    example: '`data_type: numeric`',
  },
  'grants-not-applied': {
    meaning:
      'Grants on a database that has no roles, to somebody who has no file of `publish_for` either.',
    example: '`grants: {select: [reporter]}` with a DuckDB target',
  },
  'grant-failed': {
    meaning: 'The database refused to grant or revoke; the node was rolled back.',
    example: '`grants: {select: [reporter]}` where there is no such role',
  },
  'hook-failed': {
    meaning:
      'The database refused a hook: of a node, which is rolled back unless the hook runs after the commit, or of a run.',
    example: '`post-hook: "grant select on {{this}} to reporter"` where there is no such role',
  },
  'transaction-control': {
    meaning: 'A hook begins or ends a transaction: the one it runs in is not its own.',
    example: '`post-hook: "commit; vacuum {{this}}"`',
  },
  'not-exportable': {
    meaning: 'What `export` was given is no table and no view.',
    example: '`assay export --select an_ephemeral_model --to out.csv`',
  },
  'export-clash': {
    meaning: 'Two tables or views would be exported to one place.',
    example: 'gold.users and silver.users to the folder exports/',
  },
  'export-destination': {
    meaning: 'An export cannot be written where it was told to; nothing was begun.',
    example: '`--to exports/` where exports is a file, or a table that a build publishes',
  },
  'export-failed': {
    meaning: 'An export was begun and did not end; what was there before is as it was.',
    example: 'the disk is full',
  },
  'erase-seed': {
    meaning: 'A seed holds what is to be erased: its file has to be changed by hand first.',
    example: '`assay erase --column user_id --value 7` where seeds/users.csv has a line of 7',
  },
  'erase-comes-back': {
    meaning:
      'What a model is made from would keep what is to be erased, in a column that was not named: made anew, the model would hold it again. Nothing was begun.',
    example: '`user_ref as user_id` in a model of a table whose `user_ref` declares nothing',
  },
  'erase-failed': {
    meaning:
      'An erasure was begun and did not end; what is done of it stays, and it can be run again.',
    example: 'a view over files outside of the project still shows the value',
  },
  interrupted: { meaning: 'The run was stopped before this node ended.', example: 'Ctrl-C' },
} as const satisfies Record<string, { readonly meaning: string; readonly example: string }>

export type DiagnosticCode = keyof typeof diagnosticCodes
