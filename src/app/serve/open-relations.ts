/** The selectors of `relations` to what may be read over HTTP. */
import { errorDiagnostic } from '../../core/diagnostic.ts'
import { isInlined } from '../../core/node.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { OpenRelation } from '../../serve/relations/relations-plugin.ts'
import type { LoadedProject } from '../load-project.ts'
import { chooseNodes } from '../selection.ts'

export async function openRelations(
  loaded: LoadedProject,
  select: readonly string[],
): Promise<Result<readonly OpenRelation[]>> {
  if (select.length === 0) return success([])
  const chosen = await chooseNodes(loaded, { select, exclude: [] })
  if (!chosen.ok) return chosen
  if (chosen.value.size === 0) {
    return failure([
      errorDiagnostic({
        code: 'invalid-selector',
        message: `expected "relations" under "serve" to select something, found nothing: ${select.join(', ')}`,
        hint: 'assay ls --select shows what a selector selects',
      }),
    ])
  }
  const relations = [...chosen.value].flatMap((id): readonly OpenRelation[] => {
    const node = loaded.manifest.nodes.get(id)
    if (node === undefined || !('relation' in node) || isInlined(node)) return []
    const isSource = node.resourceType === 'source'
    const name = isSource ? `${node.sourceName}.${node.name}` : node.name
    return [{ name, relation: node.relation, description: node.description }]
  })
  return success(relations)
}
