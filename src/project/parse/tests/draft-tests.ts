/** Test entries of property files to drafts of generic tests. */
import { docBlocksOf } from '../docs/doc-blocks-of.ts'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { UniqueId } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import { checkConfig } from '../../read/check-config.ts'
import { mergeConfigs } from '../../read/merge-configs.ts'
import type { ColumnEntry, TestEntry } from '../../read/properties/property-file.ts'
import type { ConfigEntry } from '../../read/config-entry.ts'
import { collectTestCall } from '../../template/collect-facts.ts'
import type {
  Reference,
  RelationValue,
  TemplateEnvironment,
  TemplateFacts,
  TemplateValue,
} from '../../template/template.ts'
import type { Draft } from '../drafts/draft.ts'
import { type DraftContext, foldersOfProperties, layersAround } from '../drafts/draft-context.ts'
import {
  inFileLayers,
  isEnabled,
  plainConfig,
  textOf,
  textsOf,
  unrenderedConfig,
} from '../resolve-config.ts'
import { argumentReference, argumentReferences } from './test-arguments.ts'
import { genericTestId, genericTestName } from './test-name.ts'
import { findGenericTest, testHint } from './find-generic-test.ts'
import { metaOf, testSettings } from './test-settings.ts'

/** The node that tests are attached to, as YAML describes it. */
export interface TestedNode {
  readonly uniqueId: UniqueId
  /** Its tests belong to its group. */
  readonly group: string | undefined
  /** What goes into the name of the test: `stg_events`, or `growth_events` for a source. */
  readonly nameInTests: string
  /** `source_` before the names of tests of sources. */
  readonly testPrefix: '' | 'source_'
  readonly reference: Reference
  readonly relation: Relation
  readonly path: string
  readonly tests: readonly TestEntry[]
  readonly columns: readonly ColumnEntry[]
}

export function draftTests(
  context: DraftContext,
  environment: TemplateEnvironment,
  tested: TestedNode,
): readonly Draft[] {
  const entries: readonly { readonly entry: TestEntry; readonly column?: ColumnEntry }[] = [
    ...tested.tests.map((entry) => ({ entry })),
    ...tested.columns.flatMap((column) => column.tests.map((entry) => ({ entry, column }))),
  ]
  return entries.flatMap(({ entry, column }) => {
    const draft = draftTest(context, environment, { tested, entry, column })
    return draft === undefined ? [] : [draft]
  })
}

interface TestPlace {
  readonly tested: TestedNode
  readonly entry: TestEntry
  readonly column: ColumnEntry | undefined
}

function draftTest(
  context: DraftContext,
  environment: TemplateEnvironment,
  { tested, entry, column }: TestPlace,
): Draft | undefined {
  const { project, faults } = context
  const found = findGenericTest(environment.library, entry.test)
  if (found === undefined) {
    faults.push(
      errorDiagnostic({
        code: 'unknown-test',
        message: `expected the name of a generic test, found "${entry.test}"`,
        span: entry.span,
        hint: testHint(environment.library, entry.test),
      }),
    )
    return undefined
  }
  const { testName, namespace } = found
  const named: JsonObject =
    column === undefined ? entry.arguments : { ...entry.arguments, column_name: sqlName(column) }
  const facts = testCallFacts(context, environment, { tested, entry, testName, named })
  if (facts === undefined) return undefined
  const nameOfTest = `${tested.testPrefix}${entry.test.replaceAll('.', '_')}`
  const name = entry.name ?? genericTestName(nameOfTest, tested.nameInTests, named)
  const config = testConfig(context, { tested, entry, column, facts }, name)
  const where = textOf(config, 'where')
  const group = textOf(config, 'group') ?? tested.group
  const definition: JsonObject = {
    test: entry.test,
    on: tested.uniqueId,
    arguments: named,
    name: entry.name ?? null,
    where: where ?? null,
  }
  return {
    config,
    isEnabled: isEnabled(config),
    facts: {
      ...facts,
      references: [
        tested.reference,
        ...argumentReferences(entry.arguments, entry.span),
        ...facts.references,
      ],
    },
    node: {
      ...testSettings(project.target, config, { name, testName }),
      resourceType: 'test',
      uniqueId: genericTestId(project.name, name, definition),
      name,
      packageName: project.name,
      path: tested.path,
      fqn: [project.name, ...foldersOfProperties(context, tested.path), name],
      description: entry.description,
      ...docBlocksOf(entry),
      tags: textsOf(config, 'tags'),
      meta: metaOf(config),
      ...(group === undefined ? {} : { group }),
      config: plainConfig(config, { enabled: true, severity: 'ERROR' }),
      ...unrenderedConfig(config),
      configPlaces: config,
      checksum: '',
      span: entry.span,
      code: { kind: 'test-call', testName, arguments: named },
      variant: {
        kind: 'generic',
        testName,
        ...(namespace === undefined ? {} : { namespace }),
        attachedTo: tested.uniqueId,
        arguments: entry.arguments,
        ...(column === undefined ? {} : { columnName: column.name }),
        ...(where === undefined ? {} : { where }),
      },
    },
  }
}

/** As it stands in SQL: quoted where the column says so. */
function sqlName({ name, quote }: ColumnEntry): string {
  return quote === true ? `"${name.replaceAll('"', '""')}"` : name
}

interface NamedCall {
  readonly tested: TestedNode
  readonly entry: TestEntry
  readonly testName: string
  readonly named: JsonObject
}

/** undefined when the call has faults, which are pushed. Thousands of tests are a few calls: each is walked once. */
function testCallFacts(
  context: DraftContext,
  environment: TemplateEnvironment,
  { tested, entry, testName, named }: NamedCall,
): TemplateFacts | undefined {
  const key = JSON.stringify([testName, named])
  const known = context.testFacts.get(key)
  if (known !== undefined) return known
  const values = templateArguments({ ...named }, entry, tested)
  const call = { testName, arguments: values, span: entry.span }
  const collected = collectTestCall(call, environment)
  if (!collected.ok) {
    context.faults.push(...collected.diagnostics)
    return undefined
  }
  // A reference of the test's own has the place of this call.
  if (collected.value.references.length === 0) context.testFacts.set(key, collected.value)
  return collected.value
}

/** Low to high: the project's tree, what the test itself declares, tags of the column, the entry. */
function testConfig(
  context: DraftContext,
  place: TestPlace & { readonly facts: TemplateFacts },
  name: string,
) {
  const { tested, entry, column, facts } = place
  const fqn = [context.project.name, ...foldersOfProperties(context, tested.path), name]
  const columnTags: Record<string, ConfigEntry> =
    column === undefined || column.tags.length === 0
      ? {}
      : { tags: { value: column.tags, span: column.span } }
  const declared = inFileLayers(Object.entries(facts.config))
  for (const layer of declared) context.faults.push(...checkConfig(layer, 'test'))
  const { before, after } = layersAround(context, 'data_tests', fqn)
  return mergeConfigs([...before, ...declared, columnTags, entry.config, ...after])
}

/** For the walk at parse time a relation is a stand-in: which one it is does not change what the test refers to. */
function templateArguments(
  named: JsonObject,
  entry: TestEntry,
  tested: TestedNode,
): Readonly<Record<string, TemplateValue>> {
  const standIn: RelationValue = {
    kind: 'relation',
    text: tested.relation.identifier,
    relation: tested.relation,
  }
  const values = Object.entries(named).map(([key, value]) => {
    const isRelation = argumentReference(key, value, entry.span) !== undefined
    return [key, isRelation ? standIn : value] as const
  })
  return { ...Object.fromEntries(values), model: standIn }
}
