/** What is to be exported as the database has it: its columns, and those that the flags name among them. */
import type { Session } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Extract } from '../../serve/export/export-query.ts'
import type { Exportable } from './choose-relations.ts'
import type { ExportOptions } from './export-use-case.ts'

export interface PlannedExport extends Exportable {
  readonly extract: Extract
}

/** All faults of all relations at once. */
export async function readExtracts(
  session: Session,
  wanted: readonly Exportable[],
  options: Pick<ExportOptions, 'partitionBy' | 'orderBy'>,
): Promise<Result<readonly PlannedExport[]>> {
  const planned: PlannedExport[] = []
  const faults: Diagnostic[] = []
  for (const each of wanted) {
    const state = await session.describe(each.relation)
    if (state === undefined) {
      faults.push(notBuilt(each))
      continue
    }
    const { columns } = state
    const extract = extractOf({ relation: each.relation, columns }, options)
    const unknown = unknownColumns(each, extract)
    faults.push(...unknown)
    if (unknown.length === 0 && columns.length === extract.partitionBy.length) {
      faults.push(nothingLeft(each))
    }
    planned.push({ ...each, extract })
  }
  return faults.length > 0 ? failure(faults) : success(planned)
}

interface Described extends Pick<Extract, 'columns'> {
  readonly relation: Relation
}

function extractOf(
  { relation, columns }: Described,
  { partitionBy, orderBy }: Pick<ExportOptions, 'partitionBy' | 'orderBy'>,
): Extract {
  const names = columns.map(({ name }) => name)
  const spelled = (name: string) =>
    names.find((each) => each === name) ??
    names.find((each) => each.toLowerCase() === name.toLowerCase()) ??
    name
  return {
    relation,
    columns,
    partitionBy: [...new Set(partitionBy.map(spelled))],
    orderBy: orderBy.map((term) => ({ ...term, column: spelled(term.column) })),
  }
}

function unknownColumns(
  { relation }: Exportable,
  { columns, partitionBy, orderBy }: Extract,
): readonly Diagnostic[] {
  const names = columns.map(({ name }) => name)
  const given = [
    ...partitionBy.map((name) => ({ name, flag: '--partition-by' })),
    ...orderBy.map(({ column }) => ({ name: column, flag: '--order-by' })),
  ]
  return given
    .filter(({ name }) => !names.includes(name))
    .map(({ name, flag }) => {
      const nearest = nearestName(name, names)
      return errorDiagnostic({
        code: 'unknown-column',
        message: `expected a column of ${relationKey(relation)} for ${flag}, found "${name}"`,
        hint: nearest === undefined ? `it has ${names.join(', ')}` : `did you mean "${nearest}"?`,
      })
    })
}

function nothingLeft({ relation }: Exportable): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected columns of ${relationKey(relation)} beside those of --partition-by, found none`,
    hint: 'the columns of the partitions stand in the names of the folders, not in the files',
  })
}

function notBuilt({ node, relation }: Exportable): Diagnostic {
  const isSource = node.resourceType === 'source'
  return errorDiagnostic({
    code: 'not-built',
    message: `expected the table or view ${relationKey(relation)} to export, found none in the database`,
    hint: isSource
      ? 'check schema and name of the source, or load it first'
      : `build it first: assay build --select ${node.name}`,
  })
}
