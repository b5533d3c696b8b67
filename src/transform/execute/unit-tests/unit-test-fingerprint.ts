/** What a unit test tested: SQL, rows, types, what is expected. Equal, and it passed: it would again. */
import type { Json } from '../../../core/json.ts'
import type { Column } from '../../../core/relation.ts'
import type { UnitTestNode } from '../../../core/node/unit-test.ts'
import { canonicaliserVersion, canonicalSql } from '../../plan/state/canonical-sql.ts'
import { stableHash } from '../../plan/state/stable-hash.ts'
import { findUnstable } from '../../plan/state/wall-clock.ts'
import { freezeClock } from '../../plan/state/freeze-clock.ts'
import type { UnitTestModel } from '../../plan/unit-tests/unit-test-model.ts'
import type { RunContext } from '../run-context.ts'
import type { FilledInput } from './fill-inputs.ts'

/** As the database spells types, and as people do. */
function plainColumn({ name, dataType }: Column): readonly string[] {
  return [name, dataType.toLowerCase().replace(' without time zone', '')]
}

/** A line above it changes nothing. */
function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'span' ? undefined : value
}

/** Of this layout. */
const format = 3

/** undefined: its SQL gives something else each time, or is known only in the test. */
export function unitTestFingerprint(
  { manifest }: Pick<RunContext, 'manifest'>,
  test: UnitTestNode,
  { scope, inputs }: { readonly scope: UnitTestModel; readonly inputs: readonly FilledInput[] },
): string | undefined {
  const { now } = test.overrides
  if (scope.compiled === undefined) return undefined
  const { sql } = scope.compiled
  const { code } = scope.model
  const generator = code.kind === 'typescript' ? code : undefined
  if (generator?.unstable !== undefined && now === undefined) return undefined
  const frozen = now === undefined ? sql : freezeClock(sql, now)
  // The run's own times and ids stand in the text, so such a test has another fingerprint each time.
  if (findUnstable(frozen) !== undefined) return undefined
  const { target } = manifest.project
  const { relation: _, ...model } = scope.model
  const parts: Json = JSON.parse(
    JSON.stringify(
      [
        format,
        canonicaliserVersion,
        test.uniqueId,
        canonicalSql(sql),
        generator?.code ?? null,
        [target.type, target.timezone],
        [model.materialization, model.config],
        inputs.map((filled) => [
          filled.input.given.text,
          filled.kind === 'sql'
            ? filled.sql
            : [filled.columns.map(plainColumn), filled.rows.map(({ cells }) => cells)],
        ]),
        test.expectations,
        test.overrides,
      ],
      withoutPlaces,
    ),
  )
  return stableHash(parts)
}
