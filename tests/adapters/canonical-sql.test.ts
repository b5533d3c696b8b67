/** The canonical form of SQL is the same query to the databases: so equal forms are equal queries. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Adapter, type Session, textCell } from '../../src/core/adapter.ts'
import { tokenizeSql } from '../../src/project/sql/tokenize.ts'
import { canonicalSql, foldedWords } from '../../src/transform/plan/state/canonical-sql.ts'
import { openAdapter, postgresMajor, type TestAdapter, testAdapters } from '../support/adapters.ts'
import { copyFlagship } from '../support/copy-flagship.ts'
import { createTestProject } from '../support/test-project.ts'

/** Run on both databases without a table. */
const samples: readonly string[] = [
  'SELECT 1 AS Foo, 2 as bar, 1=-1 as c, 2 - -3 as d, 2*-3 as e;',
  "select 'it''s  --  x' as a, e'it\\'s  /* x' as b, $$ it's  -- $$ as c, $x$ $$  $x$ as d",
  'select "A  b", "c""d"  from (select 1 as "A  b", 2 as "c""d") as "T  t"',
  'select 1. as a, .5 as b, 1e3 as c, 1.5E-3 as d, 5::numeric(4,2)  ::text as e',
  'SELECT CASE WHEN x IS NOT NULL AND NOT x IN (1,2) THEN x ELSE NULL END as y\nFROM (VALUES (1),(3)) AS t(x)\nGROUP BY x HAVING TRUE ORDER BY 1 DESC LIMIT 5 OFFSET 0',
  'select 1 /* a /* b */ -- c\n */ + 1 as x -- d\n, 2 as y--',
  "select DATE '2026-01-01' as d, cast('1' as int) as i, interval '1  day' as n",
  'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i+1 FROM n WHERE i<3) SELECT Sum(i) OVER (PARTITION BY i%2 ORDER BY i) AS s FROM n',
  'select a.x from (select 1 as x) a LEFT JOIN (select 1 as x) b USING (x) CROSS JOIN (select 2 as z) c',
  "select LEFT('abc', 2) as l, coalesce(null,1) as c, (array[1,2])[1] as e",
  'SELECT DISTINCT ON (x) x, y FROM (select 1 as x, 2 as y) t ORDER BY x, y',
]

describe.each(testAdapters().map((adapter) => ({ name: adapter.name, adapter })))(
  'canonical SQL on $name',
  ({ adapter: testAdapter }) => {
    let adapter: Adapter
    beforeAll(async () => {
      adapter = await openAdapter(await testAdapter.createTarget())
      await adapter.connect()
    })
    afterAll(() => adapter.close())

    const queries = (sqls: readonly string[]) =>
      adapter.transaction({}, async (session) => {
        const read: string[] = []
        for (const sql of sqls) read.push(await queryOf(testAdapter, session, sql))
        return read
      })

    test.each(samples)('%s', async (sql) => {
      const canonical = canonicalSql(sql)
      const [before, after] = await queries([sql.replace(/;$/, ''), canonical])
      expect(after).toBe(before)
      expect(canonicalSql(dressed(sql))).toBe(canonical)
    })

    test('numbers with underscores', async () => {
      const sql = 'select 1_000  as a, 0.1_5 as b'
      if (testAdapter.name === 'postgres' && (await postgresMajor(adapter)) < 16) {
        await expect(queries([sql])).rejects.toThrow('trailing junk after numeric literal')
        return
      }
      const [before, after] = await queries([sql, canonicalSql(sql)])
      expect(after).toBe(before)
    })

    test('the shipped models and tests', async () => {
      const sqls = await compiledModels(testAdapter)
      expect(sqls.length).toBeGreaterThan(20)
      for (const sql of sqls) expect(canonicalSql(dressed(sql))).toBe(canonicalSql(sql))
      // Postgres tells what it read only of tables that are there.
      if (testAdapter.name !== 'duckdb') return
      const before = await queries(sqls)
      const after = await queries(sqls.map(canonicalSql))
      expect(after).toEqual(before)
    })
  },
)

describe.each(testAdapters().filter(({ name }) => name === 'duckdb'))(
  'folded words on $name, which shows names as they were typed',
  (testAdapter) => {
    /** `#` is the word, in places where a database takes a name. */
    const places: readonly string[] = [
      'select 1 as #',
      'select 1 #',
      'select #',
      'select # from (select 1 as "#")',
      "select x.# from (select {'#': 1} as x)",
      "select (x).# from (select {'#': 1} as x)",
      'select {#: 1}',
      'select #: 1',
      'select struct_pack(# := 1)',
      'select struct_pack(# => 1)',
      "select cast({'a': 1} as struct(# integer))",
      'select cast({\'a\': 1} as struct("b" integer, # integer))',
      "select {'a': 1}::struct(# integer)",
      'select 1::#',
      'select cast(1 as #)',
      "select # '1'",
      "select #('abc', 2)",
      'select #(1)',
      'select #()',
      'select [# for # in [1]]',
      'select list_transform([1], # -> # + 1)',
      'select list_transform([1], lambda #: # + 1)',
      'select * from (select 1) as #',
      'select * from (select 1) #',
      'select # from (select 1 as x) as #',
      'select * from (select 1) as t(#)',
      'select * from (select 1) t(x, #)',
      'with # as (select 1) select * from #',
      'with t(#) as (select 1) select * from t',
      'select * exclude (#) from (select 1 as "#", 2 as b)',
      'select * rename (a as #) from (select 1 as a)',
      'select * replace (2 as #) from (select 1 as "#")',
      'select unnest([1]) as #',
      'select unnest([1]) #',
      'select map {#: 1}',
      "select '1' collate #",
      "select '1' # '2'",
      'select 1 # 2',
      'select 1 # null',
      'select # 1',
      'select # true',
      'select 1 is #',
      'select sum(1) over # window # as (order by 1)',
      'select * from (select 1 as a) # join (select 1 as a) using (a)',
      'select * from (select 1 as a) as t # join (select 1 as a) as u using (a)',
      'select * from (select 1 as "#") as t join (select 1 as "#") as u using (#)',
      'select array_agg(x # y) from (select 1 as x, 2 as y)',
      "select extract(# from date '2020-01-01')",
      'select interval 1 #',
      'select * from (pivot (select 1 as a, 2 as b) on a using sum(b) as #)',
      'select * from (unpivot (select 1 as a, 2 as b) on a, b into name # value v)',
    ]

    test('typed in another case they give columns of the same names and types, or both an error', async () => {
      const adapter = await openAdapter(await testAdapter.createTarget())
      await adapter.connect()
      const told: string[] = []
      let runs = 0
      for (const word of foldedWords) {
        for (const place of places) {
          const lower = place.replaceAll(/(?<!["'])#/g, word)
          const upper = place.replaceAll(/(?<!["'])#/g, word.toUpperCase())
          if (canonicalSql(lower) !== canonicalSql(upper)) continue
          const [left, right] = [await columnsOf(adapter, lower), await columnsOf(adapter, upper)]
          if (left !== undefined) runs += 1
          if (left !== right) told.push(`${lower}: ${left} or ${right}`)
        }
      }
      await adapter.close()
      expect(told).toEqual([])
      expect(runs).toBeGreaterThan(50)
    })

    test('all are reserved, or part of joins and comparisons', async () => {
      const adapter = await openAdapter(await testAdapter.createTarget())
      await adapter.connect()
      const rows = await adapter.transaction({}, (session) =>
        session.query(
          "select keyword_name from duckdb_keywords() where keyword_category in ('reserved', 'type_function')",
        ),
      )
      await adapter.close()
      const known = new Set(rows.map((row) => textCell(row, 'keyword_name')))
      expect([...foldedWords].filter((word) => !known.has(word))).toEqual([])
    })
  },
)

/** Names and types of the columns; undefined: the database refuses the query. */
async function columnsOf(adapter: Adapter, sql: string): Promise<string | undefined> {
  try {
    const rows = await adapter.transaction({}, (session) => session.query(`describe ${sql}`))
    return JSON.stringify(rows.map((row) => [row['column_name'], row['column_type']]))
  } catch {
    return undefined
  }
}

/** What the database made of the text: its parse tree, or the view it stored. */
async function queryOf(adapter: TestAdapter, session: Session, sql: string): Promise<string> {
  if (adapter.name === 'postgres') {
    await session.execute(`create or replace temporary view read_back as\n${sql}`)
    const [row] = await session.query("select pg_get_viewdef('read_back'::regclass) as sql")
    await session.execute('drop view read_back')
    return textCell(row ?? {}, 'sql')
  }
  const literal = `'${sql.replaceAll("'", "''")}'`
  const [row] = await session.query(
    `select cast(json_serialize_sql(${literal}) as varchar) as tree`,
  )
  const tree = textCell(row ?? {}, 'tree')
  expect(tree).toContain('"error":false')
  return tree.replaceAll(/"query_location":\d+/g, '')
}

/** The same query written by somebody else: other white space, comments, reserved words in capitals. */
function dressed(sql: string): string {
  const gaps = ['\n', '  ', " -- it's\n", ' /* "a /* b */ */ ', '\t\r\n']
  const tokens = tokenizeSql(sql).filter((token) => token.kind !== 'comment')
  const texts = tokens.map((token, index) => {
    const previous = tokens[index - 1]
    const isPart = token.start === previous?.end && previous.kind === 'number'
    const areStrings = token.kind === 'string' && previous?.kind === 'string'
    if (areStrings) return sql.slice(previous.end, token.end)
    const isFree = !['as', '.', '::'].includes(previous?.text.toLowerCase() ?? '')
    const isFolded = isFree && foldedWords.has(token.text.toLowerCase())
    const text = isFolded ? token.text.toUpperCase() : token.text
    return `${isPart ? '' : gaps[index % gaps.length]}${text}`
  })
  return `${texts.join('')}\n;`
}

async function compiledModels(adapter: TestAdapter): Promise<readonly string[]> {
  const project = await createTestProject(adapter, {})
  await copyFlagship(project.folder)
  const target = adapter.name === 'duckdb' ? 'dev' : 'postgres'
  const ran = await project.assay('compile', '--target', target)
  expect(ran.exitCode, ran.stderr).toBe(0)
  const folder = join(project.folder, 'target', 'compiled')
  const files = globSync('**/*.sql', { cwd: folder }).sort()
  return Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
}
