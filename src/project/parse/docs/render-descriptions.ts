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
  return project.properties.map((file) => {
    if (file.descriptions.length === 0) return file
    const rendered = new Map<string, Rendered>()
    for (const { text, span } of file.descriptions) {
      const used = new Set<string>()
      const docs = lookupFor(project.name, rootName, { blocks, used })
      const result = renderScalar(text, { environment: { ...environment, docs }, span })
      if (!result.ok) faults.push(...result.diagnostics)
      else {
        const docBlocks = used.size === 0 ? {} : { docBlocks: [...used] }
        rendered.set(text, { description: result.value.text, ...docBlocks })
      }
    }
    return withDescriptions(file, (description) => rendered.get(description) ?? { description })
  })
}

interface Rendered {
  readonly description: string
  readonly docBlocks?: readonly string[]
}

/** As with a ref: the project's own block comes first, then one of the reader's package, then any. Fills `used`. */
function lookupFor(
  reader: string,
  rootName: string,
  { blocks, used }: { readonly blocks: readonly DocsBlock[]; readonly used: Set<string> },
): DocsLookup {
  const of = (packageName: string | undefined) =>
    packageName === undefined ? blocks : blocks.filter((block) => block.packageName === packageName)
  return {
    find(name, packageName) {
      const named = of(packageName).filter((block) => block.name === name)
      const best = [rootName, reader].map((each) =>
        named.find((block) => block.packageName === each),
      )
      const found = best.find((block) => block !== undefined) ?? named[0]
      if (found !== undefined) used.add(`doc.${found.packageName}.${found.name}`)
      return found?.text
    },
    names: (packageName) => of(packageName).map(({ name }) => name),
  }
}

type Rewrite = (text: string) => Rendered

function withDescriptions(file: PropertyFile, rewrite: Rewrite): PropertyFile {
  const plain = <Entry extends { readonly description: string }>(entry: Entry): Entry => ({
    ...entry,
    ...rewrite(entry.description),
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
    experiments: file.experiments.map(plain),
    macros: file.macros.map((macro) => ({
      ...plain(macro),
      arguments: macro.arguments.map(plain),
    })),
    unitTests: file.unitTests.map(plain),
  }
}
