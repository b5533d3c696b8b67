/** The nodes of a command: by selection, then by type. */
import type { UniqueId } from '../core/node.ts'
import { type Result, success } from '../core/result.ts'
import type { Manifest } from '../project/parse/manifest.ts'
import { selectNodes, stateMethodsUsed } from '../project/select/select-nodes.ts'
import type { LoadedProject } from './load-project.ts'
import { readSelectionState } from './state/selection-state.ts'
import type { SelectionOptions } from './surroundings.ts'

/** The nodes a command was told to look at, in the graph's order; of any type. */
export async function chooseNodes(
  loaded: LoadedProject,
  options: Pick<
    SelectionOptions,
    'select' | 'exclude' | 'selector' | 'indirectSelection' | 'state'
  >,
): Promise<Result<ReadonlySet<UniqueId>>> {
  const { graph, manifest, selectors } = loaded
  const { state: folder, ...asked } = options
  const request = { ...asked, selectors }
  const methods = stateMethodsUsed(request)
  if (folder === undefined || methods.size === 0) return selectNodes(graph, manifest, request)
  const state = await readSelectionState(loaded, folder, methods)
  if (!state.ok) return state
  const selected = selectNodes(graph, manifest, { ...request, state: state.value })
  return selected.ok ? success(selected.value, [...state.warnings, ...selected.warnings]) : selected
}

/** What is left of them by `--resource-type` and its opposite. */
export function ofTypes(
  manifest: Manifest,
  ids: ReadonlySet<UniqueId>,
  options: Pick<SelectionOptions, 'resourceTypes' | 'excludeResourceTypes'>,
): ReadonlySet<UniqueId> {
  const { resourceTypes, excludeResourceTypes } = options
  const isAll =
    resourceTypes.length === 0 || resourceTypes.some((type) => type === 'all' || type === 'default')
  if (isAll && excludeResourceTypes.length === 0) return ids
  const isWanted = (id: UniqueId) => {
    const type = manifest.nodes.get(id)?.resourceType ?? ''
    return (isAll || resourceTypes.includes(type)) && !excludeResourceTypes.includes(type)
  }
  return new Set([...ids].filter(isWanted))
}
