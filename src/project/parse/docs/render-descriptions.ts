/** Descriptions with templates in them to their texts: docs blocks, vars and the target are known here. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { ColumnEntry, PropertyFile, TestEntry } from '../../read/properties/property-file.ts'
import type { ProjectContent } from '../../read/project.ts'
import { renderScalar } from '../../template/render-scalar.ts'
import type { DocsLookup, TemplateEnvironment } from '../../template/template.ts'
import type { DocsBlock } from './docs-block.ts'

interface Contents {
  readonly project: Pick<ProjectContent, 'name' | 'docs' | 'properties'>
  readonly environment: TemplateEnvironment
}

/** Of one project or package: its own properties, rendered; those without templates as they are. */
export function renderDescriptions(
  { project, environment }: Contents,
  { blocks, rootName }: { readonly blocks: readonly DocsBlock[]; readonly rootName: string },
  faults: Diagnostic[],
): readonly PropertyFile[] {
  const docs = lookupFor(project.name, rootName, blocks)
  return project.properties.map((file) => {
    if (file.descriptions.length === 0) return file
    const rendered = new Map<string, string>()
    for (const { text, span } of file.descriptions) {
      const result = renderScalar(text, { environment: { ...environment, docs }, span })
      if (result.ok) rendered.set(text, result.value.text)
      else faults.push(...result.diagnostics)
    }
    return withDescriptions(file, (text) => rendered.get(text) ?? text)
  })
}

/** As with a ref: the project's own block comes first, then one of the reader's package, then any. */
function lookupFor(reader: string, rootName: string, blocks: readonly DocsBlock[]): DocsLookup {
  const of = (packageName: string | undefined) =>
    packageName === undefined ? blocks : blocks.filter((block) => block.packageName === packageName)
  return {
    find(name, packageName) {
      const named = of(packageName).filter((block) => block.name === name)
      const best = [rootName, reader].map((each) =>
        named.find((block) => block.packageName === each),
      )
      return (best.find((block) => block !== undefined) ?? named[0])?.text
    },
    names: (packageName) => of(packageName).map(({ name }) => name),
  }
}

type Rewrite = (text: string) => string

function withDescriptions(file: PropertyFile, rewrite: Rewrite): PropertyFile {
  const plain = <Entry extends { readonly description: string }>(entry: Entry): Entry => ({
    ...entry,
    description: rewrite(entry.description),
  })
  const tests = (entries: readonly TestEntry[]) => entries.map(plain)
  const columns = (entries: readonly ColumnEntry[]) =>
    entries.map((column) => ({ ...plain(column), tests: tests(column.tests) }))
  const node = <
    Entry extends {
      readonly description: string
      readonly columns: readonly ColumnEntry[]
      readonly tests: readonly TestEntry[]
    },
  >(
    entry: Entry,
  ): Entry => ({ ...plain(entry), columns: columns(entry.columns), tests: tests(entry.tests) })
  return {
    ...file,
    models: file.models.map(node),
    seeds: file.seeds.map(node),
    snapshots: file.snapshots.map(node),
    analyses: file.analyses.map(node),
    singularTests: file.singularTests.map(node),
    sources: file.sources.map((source) => ({
      ...plain(source),
      tables: source.tables.map(node),
    })),
    groups: file.groups.map(plain),
    exposures: file.exposures.map(plain),
    metrics: file.metrics.map(plain),
    unitTests: file.unitTests.map(plain),
  }
}
