/** `--reason` of `ingest --replay`: a word that no dead letter can have is a fault; the reasons of models are their own. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import { deadLetterCodes } from '../../core/load/dead-letter-codes.ts'
import type { LoadedSource } from '../../load/table/load-table-types.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { isRefusing, loadedAbove } from '../run/refused/refusing-models.ts'

export function unknownReasons(
  manifest: Manifest,
  sources: readonly LoadedSource[],
  reasons: readonly string[],
): readonly Diagnostic[] {
  const unknown = reasons.filter((reason) => !Object.hasOwn(deadLetterCodes, reason))
  if (unknown.length === 0) return []
  const loaded = new Set(sources.map(({ uniqueId }) => uniqueId))
  const isAbove = ({ uniqueId }: LoadedSource) => loaded.has(uniqueId)
  const models = [...manifest.nodes.values()].filter(isRefusing)
  if (models.some((model) => loadedAbove(manifest, model).some(isAbove))) return []
  const known = Object.keys(deadLetterCodes)
  return unknown.map((reason) => {
    const near = nearestName(reason, known)
    return errorDiagnostic({
      code: 'invalid-value',
      message: `expected the reason of a dead letter for --reason, found "${reason}"`,
      hint: near === undefined ? `reasons: ${known.join(', ')}` : `did you mean "${near}"?`,
    })
  })
}
