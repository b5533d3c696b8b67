/** `parse`: the whole project checked without a database, and `target/manifest.json` written. */
import { manifestJson } from '../../transform/artifacts/manifest/manifest-json.ts'
import { writePieces } from '../../transform/artifacts/write-artifacts.ts'
import { artifactMetadata } from '../files/artifact-metadata.ts'
import { countBy } from '../files/count-by.ts'
import { lintWarnings } from '../warnings/lint-warnings.ts'
import { loadProject } from '../load-project.ts'
import { dialectOf } from '../dialect-of.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { ParseOptions, ParseValue } from '../use-cases.ts'
import { writeTarget } from '../files/write-target.ts'
import { raiseWarnings } from '../warnings/raise-warnings.ts'

export async function parse(
  options: ParseOptions,
  surroundings: Surroundings,
): Promise<Outcome<ParseValue>> {
  const started = surroundings.now()
  const loaded = await loadProject(options, surroundings, { runsCode: false, savesLater: true })
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { manifest, graph } = loaded.value
  const found = lintWarnings(loaded.value, new Set(manifest.nodes.keys()))
  loaded.value.cache.save()
  const raised = raiseWarnings(surroundings, found)
  if (raised.length > 0) return { kind: 'invalid', diagnostics: raised }
  const dialect = await dialectOf(manifest.project.target)
  const metadata = artifactMetadata(surroundings, started, surroundings.newId())
  const json = manifestJson({ manifest, graph, dialect, metadata, compiled: new Map() })
  const { root, targetPath } = manifest.project
  const fault = surroundings.writesJson
    ? writeTarget(root, () => writePieces(targetPath, 'manifest.json', json))
    : undefined
  if (fault !== undefined) return { kind: 'invalid', diagnostics: [fault] }
  const counts = countBy([...manifest.nodes.values()].map((node) => node.resourceType))
  const elapsedMs = surroundings.now().getTime() - started.getTime()
  return { kind: 'done', exitCode: 0, value: { found: counts, elapsedMs } }
}
