import { noExtras } from '../../../../src/core/target.ts'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { faultsOf, projectOf, smallest } from './make-project.ts'

const targets = `name: growth
target: dev
targets:
  dev: { type: duckdb, path: ":memory:", prefix: me, threads: 2, timezone: Europe/Berlin, schema: dwh, memory_limit: 4GB, temp_directory: tmp, statement_timeout: 500ms, publish_copy: x.db, publish_for: { finance: bi/finance.duckdb }, atomic: true, settings: { a: 1 }, extensions: [json] }
  pg:
    type: postgres
    host: "{{env 'PGHOST' 'localhost'}}"
    port: "{{env 'PGPORT' '5432'}}"
    user: u
    password: "{{env 'PGPASSWORD'}}"
    dbname: d
    search_path: [a, b]
    sslmode: require
    role: r
    statement_timeout: 5m
    swap_timeout: 1.5
    connect_timeout: 2s
  lake: { type: trino, url: "{{env 'TRINO_URL'}}", catalog: iceberg, user: me }
`

describe('targets', () => {
  test('DuckDB', async () => {
    const { target, root, targetNames } = await projectOf({ 'assay.yml': targets })
    expect({ target, targetNames }).toEqual({
      target: {
        type: 'duckdb',
        name: 'dev',
        schema: 'dwh',
        prefix: 'me',
        threads: 2,
        isAtomic: true,
        leaseTimeoutMs: 60_000,
        publishCopy: join(root, 'x.db'),
        publishFor: [{ role: 'finance', path: join(root, 'bi/finance.duckdb') }],
        timezone: 'Europe/Berlin',
        statementTimeoutMs: 500,
        path: ':memory:',
        memoryLimit: '4GB',
        tempDirectory: join(root, 'tmp'),
        extras: { ...noExtras, settings: { a: 1 }, extensions: ['json'] },
      },
      targetNames: ['dev', 'pg', 'lake'],
    })
  })

  test('B3, B8: Postgres under dbt’s names, from the environment; --threads over the file; a password of digits stays as it is', async () => {
    const { target } = await projectOf(
      { 'assay.yml': targets },
      { target: 'pg', threads: 9, processEnv: { PGPORT: '6000', PGPASSWORD: '0012' } },
    )
    expect(target).toEqual({
      type: 'postgres',
      name: 'pg',
      schema: 'public',
      threads: 9,
      isAtomic: false,
      leaseTimeoutMs: 60_000,
      timezone: 'UTC',
      statementTimeoutMs: 300_000,
      host: 'localhost',
      port: 6000,
      user: 'u',
      password: '0012',
      database: 'd',
      role: 'r',
      searchPath: 'a, b',
      sslMode: 'require',
      connectTimeoutMs: 2000,
      swapTimeoutMs: 1500,
    })
  })

  test('B9: DuckDB with settings, extensions, attached databases and secrets', async () => {
    const text = `name: shop
targets:
  dev:
    type: duckdb
    path: a.duckdb
    settings: { default_order: desc, enable_progress_bar: false, threads: 2 }
    extensions: [json, { name: httpfs, repo: core }]
    attach:
      - other/crm.duckdb
      - { path: "host=db dbname=x", alias: pg, type: postgres, read_only: true }
    secrets:
      - { type: s3, key_id: k, secret: "{{env 'ASSAY_ENV_SECRET_S3'}}" }
`
    const given = { processEnv: { ASSAY_ENV_SECRET_S3: 'hush' } }
    const { target, root } = await projectOf({ 'assay.yml': text }, given)
    expect(target.type === 'duckdb' && target.extras).toEqual({
      settings: { default_order: 'desc', enable_progress_bar: false, threads: 2 },
      extensions: ['json', 'httpfs'],
      attach: [
        { path: join(root, 'other/crm.duckdb'), alias: 'crm', isReadOnly: false },
        { path: 'host=db dbname=x', alias: 'pg', type: 'postgres', isReadOnly: true },
      ],
      secrets: [{ name: 'assay_secret_1', options: { type: 's3', key_id: 'k', secret: 'hush' } }],
    })
  })

  test('B8: Postgres with a certificate of its own, probes and retries, under dbt’s names', async () => {
    const text = `name: shop
targets:
  dev: { type: postgres, host: h, user: u, pass: p, dbname: d, sslmode: verify-full, sslcert: c.crt, sslkey: c.key, keepalives_idle: 30, retries: 3 }
`
    const { target, root } = await projectOf({ 'assay.yml': text })
    expect(target).toMatchObject({
      password: 'p',
      database: 'd',
      sslCert: join(root, 'c.crt'),
      sslKey: join(root, 'c.key'),
      keepalivesIdleMs: 30_000,
      retries: 3,
    })
  })

  test('only the chosen one is rendered', async () => {
    expect(await faultsOf({ 'assay.yml': targets })).toEqual([])
    expect(await faultsOf({ 'assay.yml': targets }, { target: 'pg' })).toEqual([
      'assay.yml:10:15+22 missing-env: expected a value for the environment variable "PGPASSWORD", found none = set it in the environment or in .env, or give a default',
    ])
  })

  test('a rendered value is checked like a written one', async () => {
    expect(
      await faultsOf(
        { 'assay.yml': targets },
        { target: 'pg', processEnv: { PGPORT: '[1]', PGPASSWORD: 'x' } },
      ),
    ).toEqual(['assay.yml:8:11+25 invalid-value: expected a whole number, found "[1]"'])
  })

  test('B2, B3: --target wins over ASSAY_TARGET, which wins over the file', async () => {
    const processEnv = { ASSAY_TARGET: 'pg', PGPASSWORD: 'x' }
    const fromEnv = await projectOf({ 'assay.yml': targets }, { processEnv })
    const fromFlag = await projectOf({ 'assay.yml': targets }, { processEnv, target: 'dev' })
    const fromDotEnv = await projectOf({
      'assay.yml': targets,
      '.env': 'ASSAY_TARGET=pg\nPGPASSWORD=y\n',
    })
    expect([fromEnv, fromFlag, fromDotEnv].map((project) => project.target.name)).toEqual([
      'pg',
      'dev',
      'pg',
    ])
  })

  test('B2: an unknown one is named with where it came from', async () => {
    expect(await faultsOf({ 'assay.yml': targets }, { target: 'prod' })).toEqual([
      'unknown-target: expected one of the targets "dev", "pg", "lake", found "prod" from --target or ASSAY_TARGET',
    ])
    expect(
      await faultsOf({ 'assay.yml': targets }, { processEnv: { ASSAY_TARGET: 'pgg' } }),
    ).toEqual([
      'unknown-target: expected one of the targets "dev", "pg", "lake", found "pgg" from ASSAY_TARGET = did you mean "pg"?',
    ])
    expect(await faultsOf({ 'assay.yml': `${smallest}target: prod\n` })).toEqual([
      'assay.yml:4:9+4 unknown-target: expected the target "dev", found "prod"',
    ])
  })

  test('Trino comes later', async () => {
    expect(await faultsOf({ 'assay.yml': targets }, { target: 'lake' })).toEqual([
      'assay.yml:18:17+5 unknown-target: expected a target of type "duckdb" or "postgres", found "lake" of type "trino" = Trino comes with a later version: choose another target with --target',
    ])
  })

  test('without a name the only one, or the one called default, is taken', async () => {
    const several = (first: string): string => `name: growth
targets:
  ${first}: { type: duckdb, path: a }
  other: { type: duckdb, path: b }
`
    const { target } = await projectOf({ 'assay.yml': several('default') })
    expect(target.name).toBe('default')
    expect(await faultsOf({ 'assay.yml': several('dev') })).toEqual([
      'assay.yml:2:1+7 missing-key: expected the key "target", found none = name one of "dev", "other" with "target" or --target',
    ])
  })

  test('faults of a target', async () => {
    const text = `name: growth
target: a
targets:
  a: { type: duckdb, threads: 0, prefix: "a-b", statement_timeout: 5x, pth: x }
  b: { type: mysql }
  c: { path: x }
  d: { type: postgres, host: h, user: u }
  e: x
`
    expect(await faultsOf({ 'assay.yml': text })).toEqual([
      'assay.yml:4:31+1 invalid-value: expected at least 1, found 0',
      'assay.yml:4:42+5 invalid-value: expected a prefix of letters, digits and underscores, found "a-b"',
      'assay.yml:4:68+2 invalid-value: expected a duration: seconds, or a text like "500ms", "30s", "5m", "2h", found "5x"',
      'assay.yml:4:72+3 unknown-key: expected a known key, found "pth" = did you mean "path"?',
      'assay.yml:5:14+5 invalid-value: expected one of "duckdb", "postgres", "trino", found "mysql"',
      'assay.yml:6:3+1 missing-key: expected the key "type", found none',
      'assay.yml:7:3+1 missing-key: expected the key "database", found none',
      'assay.yml:8:6+1 invalid-value: expected a map, found "x" = write {path: x}',
    ])
  })
})

describe('vars and environment', () => {
  test('A12: the flag wins over the project, the project over the global ones', async () => {
    const text = `${smallest}vars:\n  a: 1\n  b: { x: [1, "{{raw}}"] }\n  c: g\n  growth: { c: p, d: p }\n`
    const { vars } = await projectOf({ 'assay.yml': text }, { vars: '{a: 2, d: flag}' })
    expect(vars).toEqual({ a: 2, b: { x: [1, '{{raw}}'] }, c: 'p', d: 'flag' })
  })

  test('A14: --vars has to be a map', async () => {
    expect(await faultsOf({}, { vars: '[1]' })).toEqual([
      `invalid-value: expected a map for --vars, found "[1]" = write it as --vars '{"name": "value"}'`,
    ])
    expect(await faultsOf({}, { vars: '{a: ' })).toEqual([
      `invalid-value: expected a map for --vars, found "{a: " = write it as --vars '{"name": "value"}'`,
    ])
  })

  test('A15: assay.yml sees the vars of the flag only, properties see all', async () => {
    const files = {
      'assay.yml': `${smallest}vars: { s: file }\nmodels: { +schema: "{{var 's' 'default'}}" }\n`,
      'models/a.yml': `models: [{ name: a, config: { schema: "{{var 's'}}" } }]\n`,
    }
    const project = await projectOf(files)
    expect([
      project.configTrees.models.configs['schema']?.value,
      project.properties[0]?.models[0]?.config['schema']?.value,
    ]).toEqual(['default', 'file'])
    const flagged = await projectOf(files, { vars: 's: flag' })
    expect(flagged.configTrees.models.configs['schema']?.value).toBe('flag')
  })

  test('P1: vars.yml holds vars that assay.yml itself may use; --vars wins', async () => {
    const files = {
      'assay.yml': `name: shop
targets:
  dev: { type: duckdb, path: "{{var 'file'}}.duckdb", schema: "{{var 'schema' 'main'}}" }
`,
      'vars.yml': 'vars: { file: a, days: 7, shop: { days: 8 } }\n',
    }
    const project = await projectOf(files)
    expect([
      project.target.type === 'duckdb' && basename(project.target.path),
      project.vars,
    ]).toEqual(['a.duckdb', { file: 'a', days: 8 }])
    const flagged = await projectOf(files, { vars: '{file: b, schema: x}' })
    expect([flagged.target.schema, flagged.vars]).toEqual([
      'x',
      { file: 'b', days: 8, schema: 'x' },
    ])
  })

  test('P1: vars in both files, and other keys in vars.yml', async () => {
    expect(
      await faultsOf({
        'assay.yml': `name: shop\nvars: { a: 1 }\ntargets: { dev: { type: duckdb, path: x } }\n`,
        'vars.yml': 'vars: { b: 1 }\nvar: 1\n',
      }),
    ).toEqual([
      'assay.yml:2:1+4 duplicate-vars: expected vars in vars.yml or in assay.yml, found both = move them to vars.yml, where assay.yml can use them too',
      'vars.yml:2:1+3 unknown-key: expected a known key, found "var" = did you mean "vars"?',
    ])
  })

  test('P3: the process wins over .env', async () => {
    const { env } = await projectOf({ '.env': 'A=1\nB="two"\n# c\n' }, { processEnv: { A: 'p' } })
    expect(env).toEqual({ A: 'p', B: 'two' })
  })

  test('B7: the target is known to templates, its password is not', async () => {
    const text = `name: growth
targets:
  dev: { type: postgres, host: h, user: u, database: d, password: secret }
models: { +schema: "{{target.name}}_{{target.host}}", +alias: "{{target.password}}" }
`
    expect(await faultsOf({ 'assay.yml': text })).toEqual([
      'assay.yml:4:63+21 unknown-name: expected name, type, schema, threads, timezone, prefix, host, port, user, database, dbname, role of target, found "password"',
    ])
  })
})

describe('assay.yml', () => {
  test('keys of later versions are accepted and not carried', async () => {
    const text = `${smallest}version: 1.0
on-run-start: "{{later}}"
on-run-end: ["{{later}}"]
query-comment: "{{later}}"
schedules: { nightly: {} }
snapshots: { +schema: s }
unit_tests: {}
exposures: {}
metrics: {}
experiments: {}
flags: { fail_fast: true }
clean-targets: [target, logs]
snapshot-paths: [snapshots]
`
    const { version, cleanTargets } = await projectOf({ 'assay.yml': text })
    expect({ version, cleanTargets }).toEqual({ version: '1.0', cleanTargets: ['target', 'logs'] })
  })

  test('how long the ledger remembers', async () => {
    const kept = async (text: string) =>
      (await projectOf({ 'assay.yml': `${smallest}${text}` })).retention
    const days = (count: number) => count * 86_400_000
    expect(await kept('')).toEqual({ runsMs: days(90), changesMs: days(30) })
    expect(await kept('retention:\n')).toEqual({ runsMs: days(90), changesMs: days(30) })
    expect(await kept('retention: { runs: 12h }\n')).toEqual({
      runsMs: days(0.5),
      changesMs: days(30),
    })
    expect(await kept('retention: { runs: 60, changes: "7d" }\n')).toEqual({
      runsMs: 60_000,
      changesMs: days(7),
    })
    expect(
      await faultsOf({ 'assay.yml': `${smallest}retention: { runs: soon, change: 1d }\n` }),
    ).toEqual([
      'assay.yml:4:20+4 invalid-value: expected a duration: seconds, or a text like "12h", "30d", found "soon"',
      'assay.yml:4:26+6 unknown-key: expected a known key, found "change" = did you mean "changes"?',
    ])
  })

  test('when a run loses its leases', async () => {
    const text = smallest.replace('path:', 'lease_timeout: 5m, path:')
    expect((await projectOf({ 'assay.yml': text })).target.leaseTimeoutMs).toBe(300_000)
  })

  test('A2: names', async () => {
    const named = (name: string): Promise<readonly string[]> =>
      faultsOf({ 'assay.yml': smallest.replace('growth', name) })
    const expected =
      'expected a name of letters, digits and underscores that is no word of the template language'
    expect(await named('my-project')).toEqual([
      `assay.yml:1:7+10 invalid-value: ${expected}, found "my-project"`,
    ])
    expect(await named('ref')).toEqual([`assay.yml:1:7+3 invalid-value: ${expected}, found "ref"`])
    expect(await named('_ok1')).toEqual([])
  })

  test('required keys, and keys of dbt', async () => {
    expect(
      await faultsOf({ 'assay.yml': 'profile: x\nconfig-version: 2\ntarget-path: t\n' }),
    ).toEqual([
      'assay.yml:1:1+7 missing-key: expected the key "name", found none',
      'assay.yml:1:1+7 missing-key: expected the key "targets", found none',
      'assay.yml:1:1+7 unknown-key: expected a known key, found "profile" = targets stand in this file, under "targets"',
      'assay.yml:2:1+14 unknown-key: expected a known key, found "config-version" = leave it out',
      'assay.yml:3:1+11 unknown-key: expected a known key, found "target-path" = use --target-path',
    ])
  })

  test('empty, or no map', async () => {
    const empty =
      'assay.yml:1:1+1 missing-key: expected the keys "name" and "targets", found an empty file'
    expect(await faultsOf({ 'assay.yml': '' })).toEqual([empty])
    expect(await faultsOf({ 'assay.yml': '# nothing\n' })).toEqual([empty])
    expect(await faultsOf({ 'assay.yml': '- a\n' })).toEqual([
      'assay.yml:1:1+1 invalid-value: expected a map with keys such as "name" and "targets", found a list',
    ])
  })

  test('A5, A6: config trees', async () => {
    const text = `${smallest}models:
  +materialized: view
  +pre-hook: "{{later}}"
  silver:
    +tags: [a, b]
    +meta: { owner: me }
  gold:
`
    const { configTrees } = await projectOf({ 'assay.yml': text })
    const span = (line: number, column: number, length: number): object => ({
      path: 'assay.yml',
      line,
      column,
      length,
    })
    expect(configTrees.models).toEqual({
      configs: {
        materialized: { value: 'view', span: span(5, 18, 4) },
        'pre-hook': { value: '{{later}}', span: span(6, 14, 11) },
      },
      children: {
        silver: {
          configs: {
            tags: { value: ['a', 'b'], span: span(8, 5, 5) },
            meta: { value: { owner: 'me' }, span: span(9, 5, 5) },
          },
          children: {},
          span: span(7, 3, 6),
        },
        gold: { configs: {}, children: {}, span: span(10, 3, 4) },
      },
      span: span(4, 1, 6),
    })
  })

  test('A6: faults in config trees', async () => {
    const text = `${smallest}models:
  materialized: view
  +materialised: table
  silver:
    +materialized: tabel
    meta:
      owner: me
    foo: 5
  +delimiter: ";"
seeds: 5
tests: { +severity: warn }
data_tests: {}
`
    expect(await faultsOf({ 'assay.yml': text })).toEqual([
      'assay.yml:5:3+12 unknown-key: expected "+materialized" or the name of a folder, found "materialized" = did you mean "+materialized"? a config begins with "+"',
      'assay.yml:6:3+13 unknown-key: expected a known key, found "+materialised" = did you mean "+materialized"?',
      'assay.yml:8:20+5 invalid-value: expected one of "view", "table", "incremental", "ephemeral", "materialized_view", "external", "scd2", found "tabel" = did you mean "table"?',
      'assay.yml:10:7+5 invalid-value: expected a map below the folder "owner", found "me" = did you mean "+meta"? a config begins with "+"',
      'assay.yml:11:5+3 invalid-value: expected a map below the folder "foo", found 5 = a config begins with "+", a folder has a map below it',
      'assay.yml:12:3+10 unknown-key: expected a known key, found "+delimiter"',
      'assay.yml:13:8+1 invalid-value: expected a map, found 5',
      'assay.yml:15:1+10 invalid-value: expected "data_tests" or "tests", found both = they mean the same: keep one',
    ])
  })
})
