/** What a world plays: a project, what arrives between its builds, and what its relations must hold after each. */
import { coreFiles, type ProjectOptions, seedFile } from './project-files.ts'
import { rawColumns, rawValues, rowsOfBatch } from './raw-rows.ts'
import { type ExpectedRelation, relations } from './relations.ts'

export interface Play {
  readonly relations: readonly ExpectedRelation[]
  /** Published in one transaction: they are never of two versions. */
  readonly together: readonly (readonly string[])[]
  /** The one never shows a version that the other does not show yet. */
  readonly never: readonly { readonly newer: string; readonly older: string }[]
  /** Counts what a run has written down before it publishes anything, so that a plain build goes on with it. */
  readonly begun?: string
  files(options: ProjectOptions): Readonly<Record<string, string>>
  /** Makes the tables that rows arrive in. */
  readonly tables: readonly string[]
  arrive(version: number): Arrival
}

export interface Arrival {
  readonly statements: readonly string[]
  /** By their paths in the project. */
  readonly files: Readonly<Record<string, string>>
}

const columns = rawColumns.map((name) => `${name} bigint not null`)

export const eventTables = [
  'create schema if not exists raw',
  'drop table if exists raw.events',
  `create table raw.events (${columns.join(', ')})`,
]

export function eventsOf(version: number): readonly string[] {
  const values = rowsOfBatch(version).map(rawValues)
  return [`insert into raw.events (${rawColumns.join(', ')}) values ${values.join(', ')}`]
}

/** A seed, views, tables and every kind of incremental model. */
export const corePlay: Play = {
  relations,
  together: [],
  never: [],
  files: coreFiles,
  tables: eventTables,
  arrive: (version) => ({
    statements: eventsOf(version),
    files: { 'seeds/plans.csv': seedFile(version) },
  }),
}
