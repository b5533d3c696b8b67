/** The declaration of a source table to the rules its records are read by. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorDiagnostic } from '../../core/diagnostic.ts'
import type { Dialect } from '../../core/dialect.ts'
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { RecordRules } from '../records/record-reader.ts'
import { declaredColumns } from './declared-columns.ts'
import type { LoadedSource } from './load-table-types.ts'

export interface RulesRequest {
  readonly node: LoadedSource
  /** Of the project, absolute. */
  readonly root: string
  readonly dialect: Dialect
}

export function tableRules(request: RulesRequest): Result<RecordRules> {
  const { node, dialect } = request
  const { options } = node.load
  const schema = readSchema(request)
  if (!schema.ok) return schema
  return success({
    columns: declaredColumns(node, dialect),
    extraFields: options['extra_fields'] === 'dead_letter' ? 'dead_letter' : 'ignore',
    nullValues: textsOf(options['null_values']),
    listText: dialect.listText,
    schema: schema.value,
  })
}

function textsOf(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** undefined: the project has none. */
function readSchema({ node, root }: Omit<RulesRequest, 'dialect'>): Result<JsonObject | undefined> {
  const path = node.load.options['json_schema']
  if (typeof path !== 'string') return success(undefined)
  const fault = (found: string) =>
    failure<JsonObject | undefined>([
      errorDiagnostic({
        code: 'unreadable-file',
        message: `expected a JSON schema in ${path}, found ${found}`,
        span: node.load.span,
      }),
    ])
  try {
    const value: Json = JSON.parse(readFileSync(join(root, path), 'utf8'))
    return isJsonObject(value) ? success(value) : fault('no object')
  } catch (error) {
    return fault(error instanceof SyntaxError ? 'no JSON' : 'no such file')
  }
}
