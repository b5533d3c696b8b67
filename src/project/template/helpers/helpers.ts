/** The helpers by name: what stands behind each signature that is not a block. */
import { unknownAmong } from '../evaluate/value.ts'
import { add, comparison, eq, ne, not, subtract } from './comparison-helpers.ts'
import { newRows, touchedKeys } from './cursor-helpers.ts'
import type { Helper } from './helper-call.ts'
import {
  and,
  dict,
  hookMap,
  isIn,
  length,
  byColumn,
  list,
  lookup,
  or,
  pluck,
  range,
} from './list-helpers.ts'
import {
  config,
  dependsOn,
  isIncremental,
  log,
  print,
  raise,
  readEnv,
  readVar,
  ref,
  source,
} from './project-helpers.ts'
import { columns, query, relationExists } from './query-helpers.ts'
import type { BlockName, HelperName } from './signatures.ts'
import { concat, join, lower, plainName, replace, upper } from './text-helpers.ts'
import { mergedColumns } from './column-helpers.ts'
import { quoteName, relationNamed } from './name-helpers.ts'
import { giveBack, yieldItem } from './result-helpers.ts'
import { runTime } from './time-helpers.ts'

export const helpers: Readonly<Record<Exclude<HelperName, BlockName>, Helper>> = {
  config,
  ref,
  source,
  new_rows: newRows,
  touched_keys: touchedKeys,
  query,
  columns,
  relation_exists: relationExists,
  var: readVar,
  env: readEnv,
  is_incremental: isIncremental,
  depends_on: dependsOn,
  log,
  print,
  raise,
  list,
  dict,
  before_begin: hookMap(false),
  after_commit: hookMap(false),
  in_transaction: hookMap(true),
  lookup,
  length,
  range: known(range),
  in: isIn,
  eq: known(eq),
  ne: known(ne),
  lt: known(comparison((order) => order < 0)),
  lte: known(comparison((order) => order <= 0)),
  gt: known(comparison((order) => order > 0)),
  gte: known(comparison((order) => order >= 0)),
  and,
  or,
  not,
  add: known(add),
  subtract: known(subtract),
  join: known(join),
  upper: known(upper),
  lower: known(lower),
  replace: known(replace),
  concat: known(concat),
  return: giveBack,
  yield: yieldItem,
  pluck: known(pluck),
  by_column: known(byColumn),
  merged_columns: known(mergedColumns),
  plain_name: known(plainName),
  quote_name: known(quoteName),
  relation_named: known(relationNamed),
  run_time: runTime,
}

/** A helper that is unknown as long as one of its arguments is. */
function known(helper: Helper): Helper {
  return (call) => unknownAmong(call.args) ?? helper(call)
}
