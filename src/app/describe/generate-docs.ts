/** `docs generate`: what the project says of its relations, and what the database says: manifest.json and catalog.json. */
import type { Node } from '../../core/node.ts'
import { type Result, success } from '../../core/result.ts'
import {
  type Catalog,
  type CataloguedNode,
  catalogOf,
  isCatalogued,
} from '../../transform/artifacts/catalog-json.ts'
import { writeJson } from '../../transform/artifacts/write-artifacts.ts'
import { artifactMetadata } from '../files/artifact-metadata.ts'
import { compileSelection, writeManifest } from '../compile.ts'
import type { LoadedProject } from '../load-project.ts'
import { loadSelection } from '../load-selection.ts'
import { dialectOf } from '../dialect-of.ts'
import { withAdapter } from '../open-adapter.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { GenerateDocsOptions, GenerateDocsValue } from '../use-cases.ts'
import { writeTarget } from '../files/write-target.ts'

export async function generateDocs(
  options: GenerateDocsOptions,
  surroundings: Surroundings,
): Promise<Outcome<GenerateDocsValue>> {
  const started = surroundings.now()
  const begun = await loadSelection(options, surroundings)
  if (!begun.ok) return { kind: 'invalid', diagnostics: begun.diagnostics }
  const { loaded, ids } = begun.value
  const { manifest } = loaded
  const { root, targetPath } = manifest.project
  const nodes = [...ids].flatMap((id) => manifest.nodes.get(id) ?? [])
  const written = await writeProject(loaded, nodes, { options, surroundings })
  if (!written.ok) return { kind: 'invalid', diagnostics: written.diagnostics }
  const wanted = options.isEmpty ? [] : nodes.filter(isCatalogued)
  const catalog = await readCatalog(loaded, wanted, { surroundings, started })
  if (!catalog.ok) return { kind: 'invalid', diagnostics: catalog.diagnostics }
  const { json, missing } = catalog.value
  // It is what was asked for: no flag leaves it out.
  const fault = writeTarget(root, () => writeJson(targetPath, 'catalog.json', json))
  if (fault !== undefined) return { kind: 'invalid', diagnostics: [fault] }
  return {
    kind: 'done',
    exitCode: surroundings.signal.aborted ? 130 : 0,
    value: {
      catalogued: wanted.length - missing.length,
      missing: missing.map(({ relation }) => `${relation.schema}.${relation.identifier}`),
      elapsedMs: surroundings.now().getTime() - started.getTime(),
    },
  }
}

/** The manifest, with the SQL of what is selected unless `--no-compile`. */
async function writeProject(
  loaded: LoadedProject,
  nodes: readonly Node[],
  {
    options,
    surroundings,
  }: { readonly options: GenerateDocsOptions; readonly surroundings: Surroundings },
): Promise<Result<undefined>> {
  const compiled = options.compiles
    ? await compileSelection(loaded, nodes, { options, surroundings })
    : success([])
  if (!compiled.ok) return compiled
  const dialect = await dialectOf(loaded.manifest.project.target)
  const fault = surroundings.writesJson
    ? writeTarget(loaded.manifest.project.root, () =>
        writeManifest(loaded, dialect, { surroundings, compiled: compiled.value }),
      )
    : undefined
  return fault === undefined ? success(undefined) : { ok: false, diagnostics: [fault] }
}

/** One query, whatever the number of nodes; none where none is wanted. */
async function readCatalog(
  { manifest }: LoadedProject,
  nodes: readonly CataloguedNode[],
  { surroundings, started }: { readonly surroundings: Surroundings; readonly started: Date },
): Promise<Result<Catalog>> {
  const metadata = artifactMetadata(surroundings, started, surroundings.newId())
  const schemas = [...new Set(nodes.map(({ relation }) => relation.schema))]
  if (nodes.length === 0) {
    return success(catalogOf({ metadata, nodes, relations: [], hasCaseSensitiveNames: true }))
  }
  return await withAdapter(manifest.project.target, async (adapter) => {
    const relations = await adapter.readCatalog(schemas)
    const { hasCaseSensitiveNames } = adapter.dialect
    return catalogOf({ metadata, nodes, relations, hasCaseSensitiveNames })
  })
}
