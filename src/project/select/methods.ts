/** The selection methods, under dbt's names. */
export const methods = [
  'fqn',
  'tag',
  'path',
  'file',
  'config',
  'source',
  'resource_type',
  'package',
  'test_name',
  'test_type',
  'unit_test',
  'exposure',
  'metric',
  'semantic_model',
  'saved_query',
  'group',
  'access',
  'version',
  'state',
  'result',
  'source_status',
  'selector',
] as const

export type Method = (typeof methods)[number]

/** What `state:` tells apart, as typed behind it. */
export const stateValues = [
  'new',
  'old',
  'modified',
  'unmodified',
  'modified.body',
  'modified.configs',
  'modified.relation',
  'modified.persisted_descriptions',
  'modified.macros',
  'modified.contract',
] as const

export type StateValue = (typeof stateValues)[number]

/** What dbt writes into run_results.json, and `reused` for what we write as `no-op`. */
const resultValues = [
  'success',
  'error',
  'fail',
  'warn',
  'pass',
  'skipped',
  'partial success',
  'runtime error',
  'no-op',
  'reused',
] as const

/** Methods that take only some values. */
export const choicesOf: Readonly<Partial<Record<Method, readonly string[]>>> = {
  state: stateValues,
  result: resultValues,
  source_status: ['fresher'],
  access: ['private', 'protected', 'public'],
  version: ['latest', 'old', 'prerelease', 'none'],
  test_type: ['generic', 'singular', 'data', 'unit'],
}
