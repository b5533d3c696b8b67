/** A report before it has a form: what is said, told and drawn, in order. */

export interface ReportDocument {
  readonly title: string
  readonly lead: string
  /** The answer in one sentence, and how it looks: good, bad, or open. */
  readonly verdict: { readonly text: string; readonly tone: Tone }
  readonly sections: readonly ReportSection[]
  readonly footer: string
}

export type Tone = 'good' | 'bad' | 'open'

export interface ReportSection {
  readonly title: string
  readonly blocks: readonly ReportBlock[]
}

export type ReportBlock =
  | { readonly kind: 'text'; readonly text: string }
  | ReportTable
  | IntervalChart
  | CourseChart

export interface ReportTable {
  readonly kind: 'table'
  readonly caption: string
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean }[]
  readonly rows: readonly (readonly ReportCell[])[]
}

export interface ReportCell {
  readonly text: string
  readonly tone?: Tone
}

/** Estimates with their intervals, one a line, about a line of nothing. */
export interface IntervalChart {
  readonly kind: 'intervals'
  readonly caption: string
  /** What the axis is. */
  readonly axis: string
  readonly lines: readonly {
    readonly label: string
    readonly value: number
    readonly low: number
    readonly high: number
    readonly tone: Tone
  }[]
  /** Further lines across, such as the margin of each guardrail, by label. */
  readonly marks: readonly { readonly label: string; readonly at: number }[]
}

/** An estimate over days, in the band of its interval. */
export interface CourseChart {
  readonly kind: 'course'
  readonly caption: string
  readonly axis: string
  readonly isPercent: boolean
  readonly points: readonly {
    /** `2025-01-31` */
    readonly day: string
    readonly series: string
    readonly value: number
    readonly low: number
    readonly high: number
  }[]
}
