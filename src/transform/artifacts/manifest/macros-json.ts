/** The macros and generic tests of a project, its packages and the framework as dbt's manifest.json shows them. */
import type { Json, JsonObject } from '../../../core/json.ts'
import { macroKey, macroName } from '../../../project/parse/macros/macro-name.ts'
import type { MacroPatch, Manifest } from '../../../project/parse/manifest.ts'
import {
  declaredHelpers,
  declaredText,
} from '../../../project/template/helpers/declared-helpers.ts'
import type { MacroDefinition } from '../../../project/template/template.ts'
import { declaredId, macroId, macroPackage, macroText } from './macro-id.ts'

export function macrosJson(manifest: Manifest): JsonObject {
  const { macros, tests } = manifest.environment.library
  const definitions = [...macros.values(), ...tests.values()].flat()
  return {
    ...Object.fromEntries(
      definitions.map((definition) => [
        macroId(manifest, definition),
        macroJson(manifest, definition),
      ]),
    ),
    ...declaredJson(manifest),
  }
}

/** So that a changed declaration is a change of whoever reads it: `state:modified`, dbt's own too. Left out where nobody does. */
function declaredJson(manifest: Manifest): JsonObject {
  const used = new Set([...manifest.macrosUsed.values()].flat())
  return Object.fromEntries(
    declaredHelpers
      .filter((name) => used.has(name))
      .map((name) => {
        const id = declaredId(manifest, name)
        return [
          id,
          {
            name,
            resource_type: 'macro',
            package_name: manifest.project.name,
            path: '',
            original_file_path: '',
            unique_id: id,
            macro_sql: declaredText(name, manifest.environment) ?? '',
            depends_on: { macros: [] },
            description: `What ${name}: declares, as templates read it.`,
            meta: {},
            docs: { show: true, node_color: null },
            patch_path: null,
            arguments: [],
            created_at: 0,
            supported_languages: null,
          },
        ]
      }),
  )
}

function macroJson(manifest: Manifest, definition: MacroDefinition): Json {
  const packageName = macroPackage(manifest, definition)
  const patch = manifest.macroPatches.get(macroKey(packageName, definition))
  const docs = { show: true, node_color: null, ...patch?.properties.docs }
  return {
    name: macroName(definition),
    resource_type: 'macro',
    package_name: packageName,
    path: definition.span.path,
    original_file_path: definition.span.path,
    unique_id: macroId(manifest, definition),
    macro_sql: macroText(definition),
    depends_on: { macros: [] },
    description: patch?.properties.description ?? '',
    meta: patch?.properties.meta ?? {},
    docs,
    patch_path: patch === undefined ? null : `${packageName}://${patch.path}`,
    arguments: argumentsJson(definition, patch),
    created_at: 0,
    supported_languages: null,
  }
}

/** All that the macro takes, with what is said of them. */
function argumentsJson(definition: MacroDefinition, patch: MacroPatch | undefined): Json {
  return definition.parameters.map((name) => {
    const said = patch?.properties.arguments.find((argument) => argument.name === name)
    return { name, type: said?.type?.text ?? null, description: said?.description ?? '' }
  })
}
