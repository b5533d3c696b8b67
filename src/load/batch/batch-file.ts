/** How a batch stands in its file: a line for each record, the last line says what it is. */
import type { JsonObject } from '../../core/json.ts'
import type { DeadRecord } from '../records/dead-record.ts'
import type { Origin } from '../loader.ts'

/**
 *     {"origin":0,"line":1,"record":{..}}
 *     {"origin":0,"line":2,"dead":{..}}
 *     {"batch":{..}}
 *
 * A record stands as it was found, digits included, also the fields that are not declared.
 */
export interface BatchRecord {
  /** Index among the origins of the batch. */
  readonly origin: number
  readonly line: number
  readonly offset: number | undefined
  /** The JSON of the record. */
  readonly text: string
  /** The dead letter that it was; undefined: it is none that is tried again. */
  readonly replays: string | undefined
}

export interface BatchDead extends DeadRecord {
  readonly origin: number
}

/** What a batch took of one origin. */
export interface BatchPart extends Origin {
  /** 1-based; the origin is loaded when its last part is. */
  readonly part: number
  readonly isLast: boolean
  /** Of the content, as `formatLines` writes them: all those of the parts together are all of it; undefined: of no content. */
  readonly lines: string | undefined
  /** Dead ones included. */
  readonly records: number
  readonly dead: number
}

export interface BatchSummary {
  readonly id: string
  /** `source.table` */
  readonly table: string
  readonly relationKey: string
  readonly loader: string
  /** The run that fetched it. */
  readonly runId: string
  /** Batches of one set were made together: without all of them none is loaded. */
  readonly set: { readonly index: number; readonly of: number; readonly first: string }
  readonly parts: readonly BatchPart[]
  /** Fields that are not declared, with how many records have them. */
  readonly extra: JsonObject
}

export function recordLine(
  record: Pick<BatchRecord, 'origin' | 'line' | 'offset' | 'text'>,
): string {
  const offset = record.offset === undefined ? '' : `,"offset":${record.offset}`
  return `{"origin":${record.origin},"line":${record.line}${offset},"record":${record.text}}\n`
}

export function replayLine(record: {
  readonly line: number
  readonly text: string
  readonly replays: string
}): string {
  return `{"origin":0,"line":${record.line},"replays":${JSON.stringify(record.replays)},"record":${record.text}}\n`
}

export function deadLine({ origin, line, offset, reason, original }: BatchDead): string {
  return `${JSON.stringify({ origin, line, offset, dead: { reason, original } })}\n`
}

export function summaryLine(summary: BatchSummary): string {
  return `${JSON.stringify({ batch: summary })}\n`
}
