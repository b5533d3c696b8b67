/** The answer of `/dashboard/panels`: what is looked at, and the rows of each view. */
import type { JsonObject } from '../../../../core/json.ts'
import { objectOf, type Row, rowsOf, textIn } from './cells.ts'

export interface PanelData {
  /** Empty: there is none. */
  readonly bandit: string
  readonly test: string
  /** Empty: all visits. */
  readonly segment: string
  view(name: string): ViewRows
}

export interface ViewRows {
  /** `absent`: the project has none. `unbuilt`: not built yet. `other`: of other columns than expected. */
  readonly state: 'read' | 'absent' | 'unbuilt' | 'other'
  readonly name: string
  readonly rows: readonly Row[]
  /** Rows that were left out. */
  readonly hasMore: boolean
}

const states = ['read', 'absent', 'unbuilt', 'other'] as const

export function panelDataOf(answer: JsonObject): PanelData {
  const views = objectOf(answer['views'])
  return {
    bandit: textIn(answer, 'bandit'),
    test: textIn(answer, 'test'),
    segment: textIn(answer, 'segment'),
    view: (name) => {
      const view = objectOf(views[name])
      return {
        name,
        state: states.find((each) => each === view['state']) ?? 'absent',
        rows: rowsOf(view['rows']),
        hasMore: view['has_more'] === true,
      }
    },
  }
}
