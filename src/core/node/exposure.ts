/** An exposure after parsing: what reads the project from outside, so that it is seen who a change of a model concerns. */
import type { JsonObject } from '../json.ts'
import type { NodeBase } from './node-base.ts'

/** Never built: it is part of the graph and of what is documented. */
export interface ExposureNode extends NodeBase {
  readonly resourceType: 'exposure'
  /** For people; undefined: the name serves. */
  readonly label: string | undefined
  readonly type: ExposureType
  /** `name` or `email`, and whatever else is said of the owner. */
  readonly owner: JsonObject
  readonly url: string | undefined
  readonly maturity: ExposureMaturity | undefined
  /** As `depends_on` names them, for the manifest. */
  readonly references: ExposureReferences
}

export interface ExposureReferences {
  readonly refs: readonly {
    readonly name: string
    readonly packageName: string | undefined
    readonly version: string | undefined
  }[]
  readonly sources: readonly (readonly [sourceName: string, tableName: string])[]
  readonly metrics: readonly string[]
}

export const exposureTypes = ['dashboard', 'notebook', 'analysis', 'ml', 'application'] as const
export type ExposureType = (typeof exposureTypes)[number]

export const exposureMaturities = ['low', 'medium', 'high'] as const
export type ExposureMaturity = (typeof exposureMaturities)[number]
