/** Diagnostics as the style guide prints them: frame, underline, related places, hint, count. */
import { expect, test } from 'vitest'
import { paintWith } from '../../../src/cli/render/colours.ts'
import { renderDiagnostic, renderDiagnostics } from '../../../src/cli/render/diagnostic.ts'
import type { Diagnostic } from '../../../src/core/diagnostic.ts'

function page(lines: Readonly<Record<string, string>>, width = 120) {
  const readLine = (path: string, line: number) => lines[`${path}:${line}`]
  return { readLine, paint: paintWith(false), width }
}

const unresolved: Diagnostic = {
  severity: 'error',
  code: 'unresolved-ref',
  message: 'expected the name of a model, seed or snapshot, found "stg_evnts"',
  span: { path: 'models/silver/silver_user_sessions.sql', line: 7, column: 12, length: 11 },
  hint: 'did you mean "stg_events" (models/staging/stg_events.sql)?',
}
const source = { 'models/silver/silver_user_sessions.sql:7': 'from {{ref "stg_evnts"}}' }

test('the example of the style guide, to the letter', () => {
  expect(renderDiagnostic(unresolved, page(source))).toBe(
    `error[unresolved-ref]: expected the name of a model, seed or snapshot, found "stg_evnts"
  --> models/silver/silver_user_sessions.sql:7:12
   |
 7 | from {{ref "stg_evnts"}}
   |            ~~~~~~~~~~~
   = hint: did you mean "stg_events" (models/staging/stg_events.sql)?`,
  )
})

test('several have a blank line between and a count below', () => {
  const warning: Diagnostic = {
    severity: 'warning',
    code: 'empty-selection',
    message: 'expected a selector that matches something, found "nope"',
  }
  expect(renderDiagnostics([unresolved, warning, warning], page({}))).toBe(
    `error[unresolved-ref]: expected the name of a model, seed or snapshot, found "stg_evnts"
  --> models/silver/silver_user_sessions.sql:7:12
   = hint: did you mean "stg_events" (models/staging/stg_events.sql)?

warning[empty-selection]: expected a selector that matches something, found "nope"

warning[empty-selection]: expected a selector that matches something, found "nope"

1 error, 2 warnings`,
  )
})

test('the margin has the width of the greatest line number; related places stand below the frame', () => {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'database-error',
    message: 'expected a column, found "x"\nLINE 1: select x\n               ^',
    span: { path: 'macros/a.sql', line: 9, column: 3, length: 1 },
    related: [
      { message: 'called here', span: { path: 'models/b.sql', line: 120, column: 1, length: 4 } },
    ],
    hint: 'first\nsecond',
  }
  expect(renderDiagnostic(diagnostic, page({ 'macros/a.sql:9': '  x' }))).toBe(
    `error[database-error]: expected a column, found "x"
  LINE 1: select x
                 ^
    --> macros/a.sql:9:3
     |
   9 |   x
     |   ~
    ::: models/b.sql:120:1  called here
     = hint: first
             second`,
  )
})

test('without a place the hint stands alone', () => {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'project-not-found',
    message: 'expected assay.yml in /tmp or above, found none',
    hint: 'run assay in a project',
  }
  expect(renderDiagnostic(diagnostic, page({}))).toBe(
    `error[project-not-found]: expected assay.yml in /tmp or above, found none
  = hint: run assay in a project`,
  )
})

function frame(line: string, [column, length]: readonly [number, number], width = 120): string {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'unknown-name',
    message: 'm',
    span: { path: 'a.sql', line: 1, column, length },
  }
  const text = renderDiagnostic(diagnostic, page({ 'a.sql:1': line }, width))
  return text.split('\n').slice(3).join('\n')
}

test('tabs and wide characters push the underline by their columns', () => {
  expect(frame("\tselect '日本' as bad", [17, 3])).toBe(
    ` 1 |     select '日本' as bad
   |                      ~~~`,
  )
  expect(frame('日本 x', [1, 2])).toBe(` 1 | 日本 x\n   | ~~~~`)
  expect(frame('e\u0301 x', [4, 1])).toBe(` 1 | e\u0301 x\n   |   ~`)
})

test('a place behind the end of the line and an empty line have a mark of one column', () => {
  expect(frame('ab', [9, 4])).toBe(` 1 | ab\n   |   ~`)
  expect(frame('', [1, 1])).toBe(` 1 |\n   | ~`)
})

test('control characters of a file are dots', () => {
  expect(frame('a\u001b[2Jb', [6, 1])).toBe(` 1 | a·[2Jb\n   |      ~`)
})

test('a long line is cut around the place', () => {
  const line = `${'a'.repeat(200)}HERE${'b'.repeat(200)}`
  expect(frame(line, [201, 4], 45)).toBe(
    ` 1 | …aaaaaaaaaaaHEREbbbbbbbbbbbbbbbbbbbbbbb…
   |             ~~~~`,
  )
  expect(frame(`HERE${'b'.repeat(200)}`, [1, 4], 25)).toBe(
    ` 1 | HEREbbbbbbbbbbbbbbb…
   | ~~~~`,
  )
  expect(frame(`${'a'.repeat(200)}HERE`, [201, 4], 25)).toBe(
    ` 1 | …aaaaaaaaaaaaaaaHERE
   |                 ~~~~`,
  )
  expect(frame('x'.repeat(300), [1, 300], 25)).toBe(
    ` 1 | xxxxxxxxxxxxxxxxx…
   | ~~~~~~~~~~~~~~~~~~`,
  )
})

test('colour changes nothing but colour', () => {
  const coloured = renderDiagnostic(unresolved, { ...page(source), paint: paintWith(true) })
  // oxlint-disable-next-line no-control-regex
  const plain = coloured.replace(/\u001b\[\d+m/g, '')
  expect(plain).toBe(renderDiagnostic(unresolved, page(source)))
  expect(coloured).not.toBe(plain)
})
