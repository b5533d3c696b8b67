/** `verify` on the command line: its flags to options, what it found to text and JSON. */
import { describe, expect, test } from 'vitest'
import type { VerifyValue } from '../../../src/app/use-cases.ts'
import { parseCommandLine } from '../../../src/cli/arguments/parse-command-line.ts'
import { UsageError } from '../../../src/cli/arguments/usage-error.ts'
import { paintWith } from '../../../src/cli/render/colours.ts'
import { verifyJson, verifyText } from '../../../src/cli/render/data/verify.ts'

function callOf(words: string) {
  const parsed = parseCommandLine({
    argv: words.split(' '),
    env: {},
    version: '9.9.9',
    width: 80,
  })
  return parsed.kind === 'request' ? parsed.request.call : undefined
}

describe('flags', () => {
  const usual = {
    select: [],
    exclude: [],
    indirectSelection: 'eager',
    resourceTypes: [],
    excludeResourceTypes: [],
    statics: [],
  }

  test('have defaults', () => {
    expect(callOf('verify')).toEqual({
      name: 'verify',
      options: { ...usual, histories: 50, rows: 200, timeoutSeconds: 60 },
      output: 'text',
    })
  })

  test('are read', () => {
    const words =
      'verify -s a --histories 0 --seed 0 --history 3 --timeout 5 --rows 9 --static raw.x y --sandbox lab --output json'
    expect(callOf(words)).toEqual({
      name: 'verify',
      options: {
        ...usual,
        select: ['a'],
        histories: 0,
        seed: 0,
        history: 3,
        timeoutSeconds: 5,
        rows: 9,
        statics: ['raw.x', 'y'],
        sandbox: 'lab',
      },
      output: 'json',
    })
  })

  test.each(['verify --history 1', 'verify --seed 1 --history 0', 'verify --rows 0'])(
    '%s is refused',
    (words) => {
      expect(() => callOf(words)).toThrow(UsageError)
    },
  )
})

const column = { name: 'id', dataType: 'integer', kind: 'integer' } as const
const table = (...ids: readonly string[]) => ({ columns: [column], rows: ids.map((id) => [id]) })
const value: VerifyValue = {
  seed: 4,
  models: [
    { name: 'lost', path: 'models/lost.sql', status: 'differs', because: '' },
    {
      name: 'below',
      path: 'models/below.sql',
      status: 'unclear',
      because: 'it reads "lost", see there',
    },
  ],
  findings: [
    {
      kind: 'clock',
      model: 'lost',
      path: 'models/lost.sql',
      command: 'assay verify --select lost --seed 4',
      difference: {
        columns: ['id'],
        missing: table('1'),
        surplus: table(),
        missingCount: 1,
        surplusCount: 0,
      },
    },
    {
      kind: 'failure',
      model: 'lost',
      path: 'models/lost.sql',
      command: 'assay verify --select lost --seed 4 --history 2',
      history: 2,
      shrunkFrom: { rows: 30, builds: 1 },
      steps: [
        { kind: 'arrive', root: 'raw.t', rows: table('7', '8'), count: 12 },
        { kind: 'killed build', before: 'lost' },
        { kind: 'full refresh', model: 'lost' },
        { kind: 'build' },
      ],
      diagnostics: [{ severity: 'error', code: 'duplicate-key', message: 'found twice' }],
    },
  ],
  roots: [{ name: 'raw.t', sampled: 200, rows: 1000, isStatic: false }],
  histories: 2,
  historiesAsked: 50,
  builds: 9,
  kills: 1,
  unusable: 1,
  elapsedMs: 1500,
  removed: ['assay_verify_x'],
}
const paint = paintWith(false)

describe('what was found', () => {
  test('as text', () => {
    expect([...verifyText(value, { paint, isQuiet: false })].join('')).toMatchInlineSnapshot(`
      "differs  lost
      unclear  below  it reads "lost", see there

      lost (models/lost.sql) moves with the clock: a full refresh 400 days later differs in "id"
        only in the first: 1 row
           id
           --
            1
        hint: take times from the data, or name the column in volatile_columns if it tells when it was built
        again: assay verify --select lost --seed 4

      lost (models/lost.sql) fails where a full refresh of the same rows does not
        history 2, made smaller (it had 30 rows and 1 build):
          1. 12 rows arrive in raw.t
             id
             --
              7
              8
             ... and 10 more rows
          2. build, killed before lost is committed
          3. build --full-refresh --select lost
          4. build
        error[duplicate-key]: found twice
        again: assay verify --select lost --seed 4 --history 2

      removed "assay_verify_x", which a killed run had left
      sample: 200 rows of 1,000 rows of raw.t
      nothing can be said of 1 history: a full refresh of the rows fails
      verified 2 models in 2 histories: 9 builds, 1 kill, in 1.5s, seed 4
      "
    `)
  })

  test('as text, quietly: only what differs', () => {
    const text = [...verifyText({ ...value, findings: [] }, { paint, isQuiet: true })].join('')
    expect(text).toBe('')
  })

  test('as JSON', () => {
    const [line = '', ...others] = verifyJson(value)
    expect(others).toEqual([])
    expect(JSON.parse(line)).toMatchInlineSnapshot(`
      {
        "builds": 9,
        "elapsed_ms": 1500,
        "findings": [
          {
            "columns": [
              "id",
            ],
            "command": "assay verify --select lost --seed 4",
            "kind": "clock",
            "missing": [
              {
                "id": "1",
              },
            ],
            "missing_count": 1,
            "model": "lost",
            "path": "models/lost.sql",
            "surplus": [],
            "surplus_count": 0,
          },
          {
            "command": "assay verify --select lost --seed 4 --history 2",
            "diagnostics": [
              {
                "code": "duplicate-key",
                "message": "found twice",
                "severity": "error",
              },
            ],
            "history": 2,
            "kind": "failure",
            "model": "lost",
            "path": "models/lost.sql",
            "shrunk_from": {
              "builds": 1,
              "rows": 30,
            },
            "steps": [
              {
                "count": 12,
                "kind": "arrive",
                "root": "raw.t",
                "rows": [
                  {
                    "id": "7",
                  },
                  {
                    "id": "8",
                  },
                ],
              },
              {
                "before": "lost",
                "kind": "killed build",
              },
              {
                "kind": "full refresh",
                "model": "lost",
              },
              {
                "kind": "build",
              },
            ],
          },
        ],
        "histories": 2,
        "histories_asked": 50,
        "kills": 1,
        "models": [
          {
            "because": "",
            "name": "lost",
            "path": "models/lost.sql",
            "status": "differs",
          },
          {
            "because": "it reads "lost", see there",
            "name": "below",
            "path": "models/below.sql",
            "status": "unclear",
          },
        ],
        "removed": [
          "assay_verify_x",
        ],
        "roots": [
          {
            "name": "raw.t",
            "rows": 1000,
            "sampled": 200,
            "static": false,
          },
        ],
        "seed": 4,
        "unusable": 1,
      }
    `)
  })
})
