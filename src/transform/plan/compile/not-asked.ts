/** The fault of a template that asks the database where it is not to be asked. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { Node } from '../../../core/node.ts'
import type { Asked } from './questions.ts'

/** The database is not to be asked. */
export function notAsked({ kind, span, related }: Asked, node: Node): Diagnostic {
  const helper = kind === 'query' ? 'query' : kind === 'exists' ? 'relation_exists' : 'columns'
  return errorDiagnostic({
    code: 'introspection-off',
    message: `expected SQL that is known without the database, found that "${node.name}" asks it (${helper})`,
    span,
    ...(related.length === 0 ? {} : { related }),
    hint: 'leave out --no-introspect',
  })
}
