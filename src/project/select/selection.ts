/** What is selected, as a tree of sets: from the command line, or from a selector of selectors.yml. */
import type { UniqueId } from '../../core/node.ts'
import type { StateValue } from './methods.ts'
import type { Criterion, Selector } from './parse-selector.ts'

export type Selection =
  | { readonly kind: 'criterion'; readonly criterion: Criterion }
  | { readonly kind: 'union' | 'intersection'; readonly parts: readonly Selection[] }
  | { readonly kind: 'difference'; readonly from: Selection; readonly without: Selection }

/** One entry of selectors.yml. */
export interface YamlSelector {
  readonly name: string
  readonly isDefault: boolean
  readonly selection: Selection
}

/** What another run, and files that it left, say of the nodes: for `state:`, `result:` and `source_status:`. */
export interface SelectionState {
  /** Of `new`, `old`, `modified` and so on, those that hold. */
  readonly statesOf: (id: UniqueId) => ReadonlySet<StateValue>
  /** Status by unique id in the other run's run_results.json. */
  readonly results: ReadonlyMap<string, string>
  /** Sources with newer rows than at the other run. */
  readonly fresher: ReadonlySet<string>
}

export function selectionOf(selector: Selector): Selection {
  const parts = selector.map((criteria): Selection => {
    const [first, ...others] = criteria.map(
      (criterion): Selection => ({ kind: 'criterion', criterion }),
    )
    return first !== undefined && others.length === 0
      ? first
      : { kind: 'intersection', parts: first === undefined ? [] : [first, ...others] }
  })
  return { kind: 'union', parts }
}

/** Methods that it uses, through selectors it names too. */
export function criteriaOf(selection: Selection): readonly Criterion[] {
  switch (selection.kind) {
    case 'criterion':
      return [selection.criterion]
    case 'union':
    case 'intersection':
      return selection.parts.flatMap(criteriaOf)
    case 'difference':
      return [...criteriaOf(selection.from), ...criteriaOf(selection.without)]
  }
}
