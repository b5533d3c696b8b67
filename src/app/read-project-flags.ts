/** The text of assay.yml to what stands under `flags:`: defaults of command line flags, by name. */
import { isJsonObject, type JsonObject } from '../core/json.ts'
import { projectFile } from '../project/read/files/find-project.ts'
import { parseText } from '../project/read/yaml/parse-text.ts'
import { toJson, valueOf } from '../project/read/yaml/placed-value.ts'

/** None for a text that is not YAML: reading the project says so. */
export async function readProjectFlags(text: string): Promise<JsonObject> {
  const parsed = await parseText(projectFile, text)
  const flags = parsed.ok ? valueOf(parsed.value, 'flags') : undefined
  const written = flags === undefined ? {} : toJson(flags)
  return isJsonObject(written) ? written : {}
}
