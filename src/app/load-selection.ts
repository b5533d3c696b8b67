/** A folder and a selection to the checked project and the nodes that a command is about. */
import { failure, type Result, success } from '../core/result.ts'
import type { UniqueId } from '../core/node.ts'
import { type LoadedProject, loadProject, type LoadOptions } from './load-project.ts'
import { chooseNodes, ofTypes } from './selection.ts'
import type { ProjectOptions, SelectionOptions, Surroundings } from './surroundings.ts'
import { raiseWarnings } from './warnings/raise-warnings.ts'

export interface LoadedSelection {
  readonly loaded: LoadedProject
  /** In the graph's order. */
  readonly ids: ReadonlySet<UniqueId>
}

/** What the selection warns of is said. */
export async function loadSelection(
  options: ProjectOptions & SelectionOptions,
  surroundings: Surroundings,
  running: LoadOptions = {},
): Promise<Result<LoadedSelection>> {
  const loaded = await loadProject(options, surroundings, running)
  if (!loaded.ok) return loaded
  const selected = await chooseNodes(loaded.value, options)
  if (!selected.ok) return selected
  const raised = raiseWarnings(surroundings, selected.warnings)
  if (raised.length > 0) return failure(raised)
  const ids = ofTypes(loaded.value.manifest, selected.value, options)
  return success({ loaded: loaded.value, ids })
}
