/** Models that are written to files: each needs a place of its own, or one would be lost for the other in silence. */
import { relative, resolve, sep } from 'node:path'
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import type { Target } from '../../../core/target.ts'
import type { Draft } from '../drafts/draft.ts'

interface Place {
  /** Absolute. */
  readonly path: string
  /** What lies there: `model "orders"`. */
  readonly title: string
  readonly span?: SourceSpan
}

/** `drafts`: enabled ones. */
export function checkLocations(
  drafts: readonly Draft[],
  { root, target }: { readonly root: string; readonly target: Target },
): readonly Diagnostic[] {
  // One that holds the whole project has been told of.
  const written = drafts.flatMap(writtenPlace).filter(({ path }) => !isInside(root, path))
  if (written.length === 0) return []
  const kept = [...databaseFiles(target), ...projectFiles(drafts, root)]
  const shown = (path: string) => relative(root, path).split(sep).join('/')
  return written.flatMap((place, index) => {
    const others = [...written.slice(0, index), ...kept]
    const other = others.find(({ path }) => isOneInOther(path, place.path))
    if (other === undefined) return []
    const where = other.path === place.path ? '' : ` lies at "${shown(other.path)}"`
    return [
      errorDiagnostic({
        code: 'duplicate-location',
        message: `expected a place of its own for ${place.title}, found "${shown(place.path)}", where ${other.title}${where === '' ? ' lies too' : where}`,
        span: place.span,
        hint: 'give it another "location"',
        ...(other.span === undefined
          ? {}
          : { related: [{ message: 'the other one', span: other.span }] }),
      }),
    ]
  })
}

function writtenPlace({ node, config }: Draft): readonly Place[] {
  if (node.resourceType !== 'model' || node.materialization.name !== 'external') return []
  const { path } = node.materialization.file
  const span = config['location']?.span ?? config['materialized']?.span ?? node.span
  return [{ path, title: `model "${node.name}"`, span }]
}

/** A folder is replaced with all that is in it. */
function isOneInOther(a: string, b: string): boolean {
  return isInside(a, b) || isInside(b, a)
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`)
}

function databaseFiles(target: Target): readonly Place[] {
  if (target.type !== 'duckdb') return []
  const { path, publishCopy, publishFor = [], extras } = target
  const own = `the database of target "${target.name}"`
  return [
    ...(path === ':memory:'
      ? []
      : [
          { path, title: own },
          { path: `${path}.wal`, title: own },
        ]),
    ...(publishCopy === undefined ? [] : [{ path: publishCopy, title: `its published copy` }]),
    ...publishFor.map((file) => ({ path: file.path, title: `the file for "${file.role}"` })),
    ...extras.attach.map((each) => ({ path: each.path, title: `the database "${each.alias}"` })),
  ]
}

function projectFiles(drafts: readonly Draft[], root: string): readonly Place[] {
  const paths = new Set(['assay.yml', ...drafts.map(({ node }) => node.path)])
  return [...paths].map((path) => ({ path: resolve(root, path), title: 'a file of the project' }))
}
