/** Markdown files to the docs blocks they hold; what stands outside of blocks is for readers of the file. */
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { ProjectContent, SourceFile } from '../../read/project.ts'
import { createSourceText, spanOf } from '../../template/syntax/source-text.ts'

export interface DocsBlock {
  readonly name: string
  readonly packageName: string
  readonly path: string
  readonly text: string
  /** The opening tag. */
  readonly span: SourceSpan
}

/** Of one project or package; a name twice is a fault. */
export function docsBlocksOf(
  { name: packageName, docs }: Pick<ProjectContent, 'name' | 'docs'>,
  faults: Diagnostic[],
): readonly DocsBlock[] {
  const known = new Map<string, DocsBlock>()
  for (const found of docs.flatMap((file) => blocksIn(file, faults))) {
    const block = { ...found, packageName }
    const first = known.get(block.name)
    if (first === undefined) known.set(block.name, block)
    else faults.push(twice(block, first))
  }
  return [...known.values()]
}

/** dbt's form, so that its files need no change, and ours. */
const tags =
  /\{%[-+]?\s*docs(?:\s+(?<name>[^%]*?))?\s*[-+]?%\}|\{\{~?#docs(?:\s+["'](?<ours>[^"']*)["'])?\s*~?\}\}|(?<end>\{%[-+]?\s*enddocs\s*[-+]?%\}|\{\{~?\/docs\s*~?\}\})/g

type Found = Omit<DocsBlock, 'packageName'>

interface Opening {
  readonly tag: string
  readonly name: string
  readonly span: SourceSpan
  /** Offset of what follows it. */
  readonly end: number
}

function blocksIn({ path, text }: SourceFile, faults: Diagnostic[]): readonly Found[] {
  if (!text.includes('docs')) return []
  const source = createSourceText(path, text)
  const found: Found[] = []
  let open: Opening | undefined
  for (const match of text.matchAll(tags)) {
    const [tag] = match
    const { name, ours, end } = match.groups ?? {}
    const span = spanOf(source, { start: match.index, end: match.index + tag.length })
    if (end === undefined) {
      if (open !== undefined) faults.push(unclosed(open, tag))
      const called = name ?? ours ?? ''
      if (!/^\w+$/.test(called)) faults.push(nameless(called, span))
      open = { tag, name: called, span, end: match.index + tag.length }
      continue
    }
    if (open === undefined) faults.push(unopened(tag, span))
    else {
      const inside = text.slice(open.end, match.index).trim()
      found.push({ name: open.name, path, text: inside, span: open.span })
    }
    open = undefined
  }
  if (open !== undefined) faults.push(unclosed(open, 'the end of the file'))
  return found
}

function closing(tag: string): string {
  return tag.startsWith('{%') ? '{% enddocs %}' : '{{/docs}}'
}

function unclosed({ tag, span }: Opening, found: string): Diagnostic {
  return errorDiagnostic({
    code: 'template-syntax',
    message: `expected ${closing(tag)} behind ${tag}, found ${found}`,
    span,
  })
}

function unopened(tag: string, span: SourceSpan): Diagnostic {
  return errorDiagnostic({
    code: 'template-syntax',
    message: `expected {% docs name %} before ${tag}, found none`,
    span,
  })
}

function nameless(name: string, span: SourceSpan): Diagnostic {
  return errorDiagnostic({
    code: 'template-syntax',
    message: `expected a name of letters, digits and _ for a docs block, found "${name}"`,
    span,
  })
}

function twice({ name, span }: DocsBlock, first: DocsBlock): Diagnostic {
  return errorDiagnostic({
    code: 'duplicate-name',
    message: `expected one docs block named "${name}", found a second one`,
    span,
    hint: 'rename one of them',
    related: [{ message: 'first defined here', span: first.span }],
  })
}
