/** A test's resolved config to what decides about its result, and where its failing rows are kept. */
import { isJsonObject } from '../../../core/json.ts'
import type { StoredFailures, TestNode } from '../../../core/node.ts'
import type { Target } from '../../../core/target.ts'
import { nodeRelation } from '../relation-names.ts'
import { type ConfigEntries, numberOf, textOf } from '../resolve-config.ts'
import { dimensionOf } from './dimensions.ts'

type TestSettings = Pick<
  TestNode,
  | 'severity'
  | 'warnIf'
  | 'errorIf'
  | 'failCalc'
  | 'limit'
  | 'messageCalc'
  | 'dimension'
  | 'storedFailures'
>

/** Rows of one failing test that are held in memory until its transaction has ended. */
const defaultStoredRows = 100_000

/** dbt's defaults. `testName`: of a generic test, which has a dimension by its name. */
export function testSettings(
  target: Target,
  config: ConfigEntries,
  { name, testName }: { readonly name: string; readonly testName: string | undefined },
): TestSettings {
  const limit = numberOf(config, 'limit')
  const messageCalc = textOf(config, 'message_calc')
  const dimension = dimensionOf(textOf(config, 'dimension'), testName)
  return {
    severity: textOf(config, 'severity')?.toLowerCase() === 'warn' ? 'warn' : 'error',
    warnIf: textOf(config, 'warn_if') ?? '!= 0',
    errorIf: textOf(config, 'error_if') ?? '!= 0',
    failCalc: textOf(config, 'fail_calc') ?? 'count(*)',
    storedFailures: storedFailures(target, config, name),
    ...(limit === undefined ? {} : { limit }),
    ...(messageCalc === undefined ? {} : { messageCalc }),
    ...(dimension === undefined ? {} : { dimension }),
  }
}

/** `store_failures_as` beats `store_failures`, wherever each stands. */
function storedFailures(target: Target, config: ConfigEntries, name: string): StoredFailures {
  const schema = textOf(config, 'schema') ?? 'test_failures'
  const relation = nodeRelation(target, { schema, alias: textOf(config, 'alias') }, name)
  const rows = numberOf(config, 'store_failures_limit') ?? defaultStoredRows
  const as = textOf(config, 'store_failures_as')
  if (as === 'ephemeral') return { relation, rows, kind: 'table', isStored: false }
  if (as === 'table' || as === 'view') return { relation, rows, kind: as, isStored: true }
  const said = config['store_failures']?.value
  const isStored = typeof said === 'boolean' ? said : undefined
  return { relation, rows, kind: 'table', isStored }
}

/** `meta` of a test. */
export function metaOf(config: ConfigEntries): TestNode['meta'] {
  const meta = config['meta']?.value
  return isJsonObject(meta) ? meta : {}
}
