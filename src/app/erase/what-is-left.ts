/** What of the value an erasure leaves, said for people: rows of tables that are not its own, files it does not write. */
import { shownPath } from '../files/shown-path.ts'
import { relationKey } from '../../core/relation.ts'
import type { EraseContext } from './erase-context.ts'
import { findFiles, otherFileText } from './erase-files.ts'
import { countHeld, type Holder, isOurs } from './tables/find-holders.ts'
import type { Erasure } from './tables/plan-erasure.ts'

/** Of a dry run: what will be left. */
export function rowsThatStay(erasure: Erasure): readonly string[] {
  return erasure.relations
    .filter(({ action, rows }) => (action === 'left' || action === 'undeclared') && rows > 0)
    .map((each) => rowsText(each, each.action === 'left'))
}

/** What is not erased and still holds it, looked for anew: much of it was made anew. */
export async function rowsLeft({
  adapter,
  places,
  options: { value },
}: EraseContext): Promise<readonly string[]> {
  return await adapter.session({}, async (session) => {
    const left: string[] = []
    for (const place of places) {
      if (isOurs(place.owner) || place.kind === 'view') continue
      const rows = await countHeld(session, adapter.dialect, { ...place, value })
      if (rows > 0) left.push(rowsText({ ...place, rows }, place.owner.kind === 'stranger'))
    }
    return left
  })
}

function rowsText(
  { relation, rows, columns }: Pick<Holder, 'relation' | 'rows' | 'columns'>,
  isUnknown: boolean,
): string {
  const count = `${relationKey(relation)}: ${rows} ${rows === 1 ? 'row' : 'rows'}`
  return isUnknown
    ? `${count} in a table that no node of the project makes`
    : `${count} by ${columns.join(', ')}, which declares nothing`
}

export async function filesLeft(context: EraseContext): Promise<readonly string[]> {
  const { root } = context.loaded.manifest.project
  const { files, staged, others } = await findFiles(context)
  return [
    ...[...files, ...staged].map(({ path }) => `${shownPath(root, path)}: lines that speak of it`),
    ...others.map((file) => otherFileText(root, file)),
  ]
}
