/** `ref('x')`, `source('a', 'b')` or `this` of a unit test to the node it names. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { UniqueId } from '../../../core/node.ts'
import type { PlacedText } from '../../read/config-entry.ts'
import type { Reference } from '../../template/template.ts'
import { type KnownNames, resolveReferences } from '../resolve-references.ts'
import { argumentReference } from '../tests/test-arguments.ts'

const nowhere = { path: '', line: 1, column: 1, length: 1 }

/** undefined: it is neither. */
export function inputReference(text: string): Reference | undefined {
  return argumentReference('', text, nowhere)
}

/** undefined: refused, and said. */
export function resolveInput(
  { names, faults }: { readonly names: KnownNames; readonly faults: Diagnostic[] },
  { text, span }: PlacedText,
): UniqueId | 'this' | undefined {
  if (text.trim() === 'this') return 'this'
  const reference = inputReference(text)
  if (reference === undefined) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected ref('model'), source('source', 'table') or this, found "${text}"`,
        span,
        hint: names.refs.has(text) ? `write ref('${text}')` : undefined,
      }),
    )
    return undefined
  }
  const context = { names, faults }
  return resolveReferences([{ ...reference, span }], names.projectName, context)[0]
}
