/** Entries of `unit_tests:` to drafts: model, inputs, fixtures and overrides checked, every fault of an entry at once. */
import {
  type Diagnostic,
  errorDiagnostic,
  nearestName,
  warningDiagnostic,
} from '../../../core/diagnostic.ts'
import { isJsonArray, isJsonObject, type Json } from '../../../core/json.ts'
import type { ModelNode, UniqueId } from '../../../core/node.ts'
import type { Expectation, GivenInput, UnitTestOverrides } from '../../../core/node/unit-test.ts'
import { mergeConfigs } from '../../read/merge-configs.ts'
import type {
  GivenEntry,
  PropertyFile,
  UnitTestEntry,
} from '../../read/properties/property-file.ts'
import type { Project } from '../../read/project.ts'
import type { MacroLibrary } from '../../template/template.ts'
import { type Draft, noFacts } from '../drafts/draft.ts'
import { referencedId } from '../manifest.ts'
import { isEnabled, plainConfig, scalarText, textsOf } from '../resolve-config.ts'
import type { KnownNames } from '../resolve-references.ts'
import { checkIncremental } from './check-incremental.ts'
import { foldersOfProperties, layersAround, type OuterConfigs } from '../drafts/draft-context.ts'
import { readFixture } from './read-fixture.ts'
import { inputReference, resolveInput } from './resolve-input.ts'
import { readOverrides } from './read-overrides.ts'
import { withArticle } from '../../../core/with-article.ts'

export interface UnitTestContext {
  /** Of a package: the package in its place. */
  readonly project: Project
  readonly outer: OuterConfigs | undefined
  /** Of a package, before the paths of its files. */
  readonly folder: string
  readonly names: KnownNames
  readonly library: MacroLibrary
  /** Enabled models and seeds, and all else, by unique id. */
  readonly drafts: ReadonlyMap<UniqueId, Draft>
  readonly faults: Diagnostic[]
  readonly warnings: Diagnostic[]
}

export function draftUnitTests(context: UnitTestContext): readonly Draft[] {
  return context.project.properties.flatMap((file) =>
    file.unitTests.flatMap((entry) => draftUnitTest(context, file, entry)),
  )
}

type Tested = Draft & { readonly node: Omit<ModelNode, 'dependsOn'> }

/** One for each version of the model that is tested. */
function draftUnitTest(
  context: UnitTestContext,
  file: PropertyFile,
  entry: UnitTestEntry,
): readonly Draft[] {
  const given = entry.given.flatMap((input) => draftGiven(context, entry, input) ?? [])
  const overrides = readOverrides(context, entry)
  const said = { entry, given, overrides, expectations: draftExpectations(context, entry) }
  return testedModels(context, entry).map((tested) => {
    const draft = draftFor(context, tested, { ...said, path: file.path })
    // One that is switched off may be meant for a model of other settings.
    if (draft.isEnabled) {
      checkIncremental(context, tested, said)
      warnOfUnused(context, tested, given)
    }
    return draft
  })
}

interface Said {
  readonly path: string
  readonly entry: UnitTestEntry
  readonly given: readonly GivenInput[]
  readonly overrides: UnitTestOverrides
  readonly expectations: readonly Expectation[]
}

function draftFor(
  context: UnitTestContext,
  tested: Tested,
  { path, entry, given, overrides, expectations }: Said,
): Draft {
  const { version, packageName } = tested.node
  const modelName = version?.modelName ?? tested.node.name
  const name = version === undefined ? entry.name : `${entry.name}_v${version.version}`
  const { project } = context
  const fqn = [project.name, ...foldersOfProperties(context, path), modelName, name]
  const { before, after } = layersAround(context, 'unit_tests', fqn)
  const config = mergeConfigs([...before, entry.config, ...after])
  const meta = config['meta']?.value
  const reference = { kind: 'ref', packageName, name: modelName, span: entry.model.span } as const
  return {
    facts: {
      ...noFacts,
      references: [
        version === undefined ? reference : { ...reference, version: String(version.version) },
      ],
      macrosUsed: tested.facts.macrosUsed,
    },
    config,
    isEnabled: isEnabled(config),
    node: {
      resourceType: 'unit_test',
      uniqueId: `unit_test.${project.name}.${modelName}.${name}`,
      name,
      packageName: project.name,
      path,
      fqn,
      description: entry.description,
      tags: textsOf(config, 'tags'),
      meta: isJsonObject(meta) ? meta : {},
      config: plainConfig(config, { enabled: true }),
      checksum: '',
      span: entry.span,
      model: tested.node.uniqueId,
      modelName,
      writtenName: entry.name,
      given,
      expectations,
      overrides,
    },
  }
}

/** Of its own package first. None: refused, or dropped with a disabled model as its other tests are. */
function testedModels(context: UnitTestContext, entry: UnitTestEntry): readonly Tested[] {
  const { names, drafts, faults } = context
  const { text, span } = entry.model
  const reference = inputReference(text)
  const name = reference?.kind === 'ref' ? reference.name : text
  const named = [...drafts.values()].filter(isTested)
  const meant = named.filter(({ node }) => (node.version?.modelName ?? node.name) === name)
  const packages = [context.project.name, names.projectName, meant[0]?.node.packageName]
  const nearest = packages.find((each) => meant.some(({ node }) => node.packageName === each))
  const tested = meant.filter(({ node }) => node.packageName === nearest)
  const versions = tested.filter(({ node }) => node.version !== undefined)
  if (versions.length > 0) return chosenVersions(versions, entry)
  const [own] = tested
  if (own !== undefined) return [own]
  if (names.disabled.has(name)) return []
  const other = names.refs.get(name)
  const kind = other === undefined ? '' : `, ${withArticle(other.slice(0, other.indexOf('.')))}`
  const similar = nearestName(
    name,
    named.map(({ node }) => node.name),
  )
  faults.push(
    errorDiagnostic({
      code: 'unresolved-ref',
      message: `expected the name of a model to test, found "${name}"${kind}`,
      span,
      hint: similar === undefined ? undefined : `did you mean "${similar}"?`,
    }),
  )
  return []
}

/** `include: [1, 2]` or `exclude: 3`; all of them where nothing is said. */
function chosenVersions(
  versions: readonly Tested[],
  { versions: said }: UnitTestEntry,
): readonly Tested[] {
  const list = (value: Json | undefined): readonly string[] | undefined => {
    if (value === undefined || value === null) return undefined
    return (isJsonArray(value) ? value : [value]).map(scalarText)
  }
  const [include, exclude] = [list(said['include']), list(said['exclude'])]
  return versions.filter(({ node }) => {
    const version = String(node.version?.version ?? '')
    return (include?.includes(version) ?? true) && exclude?.includes(version) !== true
  })
}

function isTested(draft: Draft): draft is Tested {
  return draft.node.resourceType === 'model'
}

function draftGiven(
  context: UnitTestContext,
  entry: UnitTestEntry,
  { input, rows }: GivenEntry,
): GivenInput | undefined {
  const resolved = resolveInput(context, input)
  if (resolved === undefined) return undefined
  const isTwice = entry.given.find(({ input: other }) => {
    return other.text.replaceAll(/\s|['"]/g, '') === input.text.replaceAll(/\s|['"]/g, '')
  })
  if (isTwice !== undefined && isTwice.input.span !== input.span) {
    context.faults.push(
      errorDiagnostic({
        code: 'duplicate-name',
        message: `expected each input once, found ${input.text} a second time`,
        span: input.span,
        hint: 'put all of its rows under one of them',
      }),
    )
  }
  if (rows.content.kind === 'none') {
    const isSeed = resolved !== 'this' && resolved.startsWith('seed.')
    // As in dbt: the rows of a seed are in its file.
    if (isSeed) return { input: resolved, text: input.text, span: input.span, fixture: undefined }
    context.faults.push(noRows(input.text, input.span))
    return undefined
  }
  const fixture = readFixture(context, rows)
  if (fixture === undefined) return undefined
  return { input: resolved, text: input.text, span: input.span, fixture }
}

/** Most often the model was changed and its test was not. */
function warnOfUnused(
  { names, drafts, warnings }: UnitTestContext,
  tested: Tested,
  given: readonly GivenInput[],
): void {
  const read = new Set<UniqueId>()
  const collect = (draft: Draft): void => {
    for (const reference of draft.facts.references) {
      const id = referencedId(names, reference, draft.node.packageName)
      const other = id === undefined ? undefined : drafts.get(id)
      if (id === undefined || read.has(id)) continue
      read.add(id)
      const isThrough =
        other?.node.resourceType === 'model' && other.node.materialization.name === 'ephemeral'
      if (isThrough) collect(other)
    }
  }
  collect(tested)
  for (const { input, text, span } of given) {
    if (input === 'this' || read.has(input)) continue
    warnings.push(
      warningDiagnostic({
        code: 'unused-input',
        message: `expected an input that "${tested.node.name}" reads, found ${text}`,
        span,
        hint: 'remove it: its rows change nothing',
      }),
    )
  }
}

function noRows(what: string, span: Diagnostic['span']): Diagnostic {
  return errorDiagnostic({
    code: 'missing-key',
    message: `expected "rows" or "fixture" for ${what}, found none`,
    span,
    hint: 'write "rows: []" for no rows',
  })
}

function draftExpectations(context: UnitTestContext, entry: UnitTestEntry): readonly Expectation[] {
  if (entry.expectations.length === 0) {
    context.faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message: `expected "expect", "expect_table" or "expect_ctes" in "${entry.name}", found none of them`,
        span: entry.span,
        hint: 'say which rows the model gives: expect: {rows: [..]}',
      }),
    )
  }
  return entry.expectations.flatMap(({ of, rows }) => {
    if (rows.content.kind === 'none') {
      context.faults.push(noRows('what is expected', rows.span))
      return []
    }
    const fixture = readFixture(context, rows)
    if (fixture?.kind === 'rows') warnOfOthers(context, fixture)
    return fixture === undefined ? [] : [{ of, fixture }]
  })
}

/** As in dbt the first row says what is compared; a column that only a later row names would be dropped in silence. */
function warnOfOthers(
  { warnings }: UnitTestContext,
  { columns, rows }: Extract<Expectation['fixture'], { readonly kind: 'rows' }>,
): void {
  const known = new Set(columns.map((column) => column.toLowerCase()))
  for (const row of rows) {
    const other = row.cells.find(({ column }) => !known.has(column.toLowerCase()))
    if (other === undefined) continue
    warnings.push(
      warningDiagnostic({
        code: 'not-compared',
        message: `expected the columns of the first row, found "${other.column}", which is not compared`,
        span: row.span,
        hint: 'name it in the first row too',
      }),
    )
    return
  }
}
