/** A relation as the database's own catalogue describes it, for people and the tools that show it to them. */

export interface CatalogRelation {
  readonly database: string
  /** It lies in the database of the connection, not in one that is attached. */
  readonly isOwn: boolean
  readonly schema: string
  readonly identifier: string
  /** As dbt calls it. */
  readonly type: 'BASE TABLE' | 'VIEW' | 'MATERIALIZED VIEW'
  /** undefined: the database knows no owners. */
  readonly owner: string | undefined
  readonly comment: string | undefined
  /** As the database estimates it without counting; undefined: it does not. */
  readonly rows: number | undefined
  readonly columns: readonly CatalogColumn[]
}

export interface CatalogColumn {
  readonly name: string
  readonly dataType: string
  readonly comment: string | undefined
}

/** One line of a catalogue query: a relation, and one of its columns if it has any. */
export interface CatalogLine {
  readonly relation: Omit<CatalogRelation, 'columns'>
  readonly column: CatalogColumn | undefined
}

/** Gathers lines of which those of one relation follow each other, in the order of its columns. */
export function gatherCatalog(lines: readonly CatalogLine[]): readonly CatalogRelation[] {
  type Gathered = Omit<CatalogRelation, 'columns'> & { columns: CatalogColumn[] }
  const gathered: Gathered[] = []
  for (const { relation, column } of lines) {
    const last = gathered.at(-1)
    const isSame =
      last !== undefined &&
      last.database === relation.database &&
      last.schema === relation.schema &&
      last.identifier === relation.identifier
    const into = isSame ? last : { ...relation, columns: [] }
    if (!isSame) gathered.push(into)
    if (column !== undefined) into.columns.push(column)
  }
  return gathered
}
