/** The text of --vars, and the vars of assay.yml, to the vars of the command. */
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../core/json.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { parseText } from '../yaml/parse-text.ts'
import { toJson } from '../yaml/placed-value.ts'

/** JSON first: it is YAML too, and what scripts write. */
export async function parseVars(
  text: string | undefined,
  flag = '--vars',
): Promise<Result<JsonObject>> {
  if (text === undefined || text.trim() === '') return success({})
  const value = parseJson(text) ?? (await parseAsYaml(text))
  if (isJsonObject(value)) return success(value)
  const message = `expected a map for ${flag}, found ${JSON.stringify(text)}`
  const hint = `write it as ${flag} '{"name": "value"}'`
  return failure([errorDiagnostic({ code: 'invalid-value', message, hint })])
}

async function parseAsYaml(text: string): Promise<Json | undefined> {
  const parsed = await parseText('--vars', text)
  return parsed.ok && parsed.value !== undefined ? toJson(parsed.value) : undefined
}

/** Low to high: the package's own, those below its name; the project's, those below the package's name; --vars. */
export function mergePackageVars(
  name: string,
  layers: {
    readonly own: JsonObject
    readonly project: JsonObject
    readonly flags: JsonObject
  },
): JsonObject {
  const { own, project, flags } = layers
  return { ...mergeVars(own, name, {}), ...mergeVars(project, name, flags) }
}

/** Low to high: the global vars, those below the project's name, --vars. */
export function mergeVars(
  written: Json | undefined,
  projectName: string,
  fromFlag: JsonObject,
): JsonObject {
  const vars = isJsonObject(written) ? written : {}
  const scoped = vars[projectName]
  if (!isJsonObject(scoped)) return { ...vars, ...fromFlag }
  const { [projectName]: _, ...global } = vars
  return { ...global, ...scoped, ...fromFlag }
}
