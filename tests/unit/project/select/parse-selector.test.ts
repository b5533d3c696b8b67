import { describe, expect, test } from 'vitest'
import { parseSelector } from '../../../../src/project/select/parse-selector.ts'
import { lineOf } from '../parsed-project.ts'

/** `@ up method.argument:value down` */
function read(...texts: readonly string[]) {
  const selector = parseSelector(texts)
  if (!selector.ok) return selector.diagnostics.map(lineOf)
  return selector.value.map((intersection) =>
    intersection
      .map(
        ({ method, argument, value, ancestors, descendants, isClosed }) =>
          `${isClosed ? '@' : ''}${ancestors}>${method}${argument === '' ? '' : `.${argument}`}:${value}>${descendants}`,
      )
      .join(' & '),
  )
}

describe('N1 N2 N4: parseSelector', () => {
  test.each([
    ['a', ['0>fqn:a>0']],
    ['+a', ['Infinity>fqn:a>0']],
    ['a+', ['0>fqn:a>Infinity']],
    ['2+a+1', ['2>fqn:a>1']],
    ['0+a+0', ['0>fqn:a>0']],
    ['@a', ['@0>fqn:a>0']],
    ['@tag:daily', ['@0>tag:daily>0']],
    ['models/silver', ['0>path:models/silver>0']],
    ['+models/silver/a.sql+', ['Infinity>path:models/silver/a.sql>Infinity']],
    ['a.sql', ['0>file:a.sql>0']],
    ['codes.csv', ['0>file:codes.csv>0']],
    ['silver.*', ['0>fqn:silver.*>0']],
    ['config.materialized:incremental', ['0>config.materialized:incremental>0']],
    ['config.meta.owner:ann', ['0>config.meta.owner:ann>0']],
    ['1+source:raw.events+', ['1>source:raw.events>Infinity']],
    ['tag:a:b', ['0>tag:a:b>0']],
    ['tag:a,+b,c', ['0>tag:a>0 & Infinity>fqn:b>0 & 0>fqn:c>0']],
    ['a b', ['0>fqn:a>0', '0>fqn:b>0']],
    ['  a \t b,c \n', ['0>fqn:a>0', '0>fqn:b>0 & 0>fqn:c>0']],
    ['a+b', ['0>fqn:a+b>0']],
    ['', []],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  test('several arguments are a union', () => {
    expect(read('a', 'b c')).toEqual(['0>fqn:a>0', '0>fqn:b>0', '0>fqn:c>0'])
  })

  test('every fault is said at once', () => {
    expect(read('@a+', 'tagg:daily', '+', 'a,,b', 'config:x', 'zzzzzz:x', 'tag:')).toEqual([
      'invalid-selector: expected "@" or a trailing "+", found both in "@a+" = "@" already takes all descendants',
      'invalid-selector: expected a selection method, found "tagg" = did you mean "tag:daily"?',
      'invalid-selector: expected [@][N+][method:]value[+[N]], found "+"',
      'invalid-selector: expected [@][N+][method:]value[+[N]], found ""',
      'invalid-selector: expected "config.<key>:<value>", found "config:x"',
      'invalid-selector: expected a selection method, found "zzzzzz" = there are fqn, tag, path, file, config, source, resource_type, package, test_name, test_type, unit_test, exposure, metric, semantic_model, saved_query, group, access, version, state, result, source_status, selector',
      'invalid-selector: expected [@][N+][method:]value[+[N]], found "tag:"',
    ])
  })
})
