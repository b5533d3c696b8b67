/** The answer of `/dashboard/panels`: what is looked at, and the rows of each view. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts'
import { wordsOf } from '../show/format.ts'
import { numberIn, objectOf, type Row, rowsOf, textIn } from './cells.ts'

export interface PanelData {
  /** Empty: there is none. */
  readonly bandit: string
  readonly test: string
  /** Empty: all visits. */
  readonly segment: string
  view(name: string): ViewRows
  /** Of a column of a view; empty: the project does not say. */
  unit(view: string, column: string): string
  /** What the project calls a metric that tests compare, and its unit, empty where it does not say. */
  metric(name: string): ShownMetric
  /** What came of the test; undefined: there is none. */
  readonly judged: Judged | undefined
}

export interface Judged {
  /** A sentence. */
  readonly text: string
  readonly tone: 'good' | 'bad' | 'open'
  /** Names of its metrics, the one that decides first. */
  readonly metrics: readonly string[]
  /** Of the intervals, 0 to 1. */
  readonly level: number
}

export interface ShownMetric {
  readonly label: string
  readonly unit: string
}

export interface ViewRows {
  /** `absent`: the project has none. `unbuilt`: not built yet. `other`: of other columns than expected. */
  readonly state: 'read' | 'absent' | 'unbuilt' | 'other'
  readonly name: string
  readonly rows: readonly Row[]
  /** Rows that were left out. */
  readonly hasMore: boolean
}

const tones = ['good', 'bad', 'open'] as const
const states = ['read', 'absent', 'unbuilt', 'other'] as const

export function panelDataOf(answer: JsonObject): PanelData {
  const views = objectOf(answer['views'])
  const units = objectOf(answer['units'])
  const metrics = objectOf(answer['metrics'])
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
    unit: (view, column) => textIn(objectOf(units[view]), column),
    metric: (name) => {
      const metric = objectOf(metrics[name])
      return { label: textIn(metric, 'label') || wordsOf(name), unit: textIn(metric, 'unit') }
    },
    judged: judgedOf(answer['judged']),
  }
}

function judgedOf(answer: Json | undefined): Judged | undefined {
  if (!isJsonObject(answer)) return undefined
  const { metrics } = answer
  return {
    text: textIn(answer, 'text'),
    tone: tones.find((each) => each === answer['tone']) ?? 'open',
    level: numberIn(answer, 'level') ?? 0.95,
    metrics: isJsonArray(metrics) ? metrics.filter((name) => typeof name === 'string') : [],
  }
}

/** Rows in the order of the metrics of the test, the one that decides first. */
export function inOrderOfMetrics(data: PanelData, rows: readonly Row[]): readonly Row[] {
  return inOrderOf(data.judged?.metrics ?? [], 'metric', rows)
}

/** Rows in the order of what the column says among the names; those of other names are last. */
export function inOrderOf(
  names: readonly string[],
  column: string,
  rows: readonly Row[],
): readonly Row[] {
  const place = (row: Row) => {
    const at = names.indexOf(textIn(row, column))
    return at < 0 ? names.length : at
  }
  return rows.toSorted((a, b) => place(a) - place(b))
}
