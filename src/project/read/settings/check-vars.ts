/** The vars of a command against the project's own schema of them, each fault at the place where the value was written. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../core/json.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { readText } from '../files/read-text.ts'
import { checkByOwnSchema } from '../schema/check-values.ts'
import { parseText } from '../yaml/parse-text.ts'
import { entryOf, type PlacedMap, type PlacedValue, textOf, valueOf } from '../yaml/placed-value.ts'

interface WrittenVars {
  readonly root: string
  /** assay.yml. */
  readonly file: PlacedMap
  /** Those of vars.yml, where it has them. */
  readonly fileVars: PlacedValue | undefined
  /** The text of --vars. */
  readonly flag: string | undefined
}

/** Nothing where assay.yml has no `vars-schema`. */
export async function checkVars(written: WrittenVars): Promise<readonly Diagnostic[]> {
  const named = valueOf(written.file, 'vars-schema')
  const path = textOf(written.file, 'vars-schema')
  if (named === undefined || path === undefined) return []
  const schema = readSchema(written.root, { path, span: named.span })
  if (!schema.ok) return schema.diagnostics
  const map = await mergedVars(written)
  try {
    return checkByOwnSchema(map, schema.value).map((fault) => withHint(fault, path))
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return [noSchema({ path, span: named.span }, found)]
  }
}

/** Who adds a var is told where the others are described. */
function withHint(fault: Diagnostic, path: string): Diagnostic {
  return fault.code === 'unknown-key' && fault.hint === undefined
    ? { ...fault, hint: `describe it in ${path}, or correct its name` }
    : fault
}

/** Low to high: the global vars, those below the project's name, --vars. A value keeps its place. */
async function mergedVars({ file, fileVars, flag }: WrittenVars): Promise<PlacedMap> {
  const written = valueOf(file, 'vars') ?? fileVars
  const scope = textOf(file, 'name') ?? ''
  const scoped = valueOf(written, scope)
  const global = written?.kind === 'map' ? written.entries : []
  const layers = [
    scoped?.kind === 'map' ? global.filter(({ key }) => key !== scope) : global,
    scoped?.kind === 'map' ? scoped.entries : [],
    await flagEntries(flag),
  ]
  const entries = new Map(layers.flat().map((entry) => [entry.key, entry]))
  const span = entryOf(file, 'vars')?.keySpan ?? written?.span ?? file.span
  return { kind: 'map', entries: [...entries.values()], span }
}

async function flagEntries(text: string | undefined): Promise<PlacedMap['entries']> {
  if (text === undefined || text.trim() === '') return []
  const parsed = await parseText('--vars', text)
  return parsed.ok && parsed.value?.kind === 'map' ? parsed.value.entries : []
}

type Named = { readonly path: string; readonly span: Diagnostic['span'] }

function readSchema(root: string, named: Named): Result<JsonObject> {
  const content = readText(root, named.path)
  if (!content.ok) return failure([noSchema(named, 'no such file')])
  const schema = parseJson(content.text)
  return isJsonObject(schema)
    ? success(schema)
    : failure([noSchema(named, schema === undefined ? 'no JSON' : 'no object')])
}

function noSchema({ path, span }: Named, found: string): Diagnostic {
  return errorDiagnostic({
    code: 'unreadable-file',
    message: `expected a JSON schema of the vars in "${path}", found ${found}`,
    span,
  })
}
