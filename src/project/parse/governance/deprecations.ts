/** What parsing says of models that are, or will be, no more to be read, and of refs that a prerelease will move. */
import {
  type Diagnostic,
  errorDiagnostic,
  noteDiagnostic,
  warningDiagnostic,
} from '../../../core/diagnostic.ts'
import { firstOfEach } from '../../../core/first-of-each.ts'
import type { ModelNode, Node, UniqueId } from '../../../core/node.ts'
import { compareVersions } from '../../read/properties/read-versions.ts'
import type { Reference } from '../../template/template.ts'
import type { Draft } from '../drafts/draft.ts'
import { type NodeNames, referencedId } from '../manifest.ts'

export interface Deprecations {
  readonly drafts: readonly Draft[]
  /** Resolved, by unique id. */
  readonly nodes: ReadonlyMap<UniqueId, Node>
  readonly names: NodeNames
  readonly now: Date
}

/** Warnings for models past their date and for refs to models that have one; notes for refs that a prerelease will move. */
export function deprecationWarnings(input: Deprecations): readonly Diagnostic[] {
  const { drafts, nodes, names } = input
  const models = [...nodes.values()].filter((node) => node.resourceType === 'model')
  const dated = models.filter((model) => model.deprecationDate !== undefined)
  const prereleases = newestPrereleases(models)
  if (dated.length === 0 && prereleases.size === 0) return []
  const references = drafts.flatMap(({ node, facts }) =>
    isTold(node) ? distinct(facts.references).map((reference) => ({ node, reference })) : [],
  )
  return [
    ...dated.flatMap((model) => pastModel(model, input.now)),
    ...references.flatMap(({ node, reference }) => {
      const id = referencedId(names, reference, node.packageName)
      const read = id === undefined ? undefined : nodes.get(id)
      if (read?.resourceType !== 'model') return []
      return [
        ...datedReference({ node, reference, read, models }, input.now),
        ...unpinned(reference, read, prereleases),
      ]
    }),
  ]
}

/** Generic tests and pointer views are written by nobody: their node has been spoken of. */
function isTold(node: Draft['node']): boolean {
  if (node.resourceType === 'model') return node.pointsTo === undefined
  return node.resourceType !== 'test' || node.variant.kind === 'singular'
}

function distinct(references: readonly Reference[]): readonly Reference[] {
  return firstOfEach(references, ({ span: { path, line, column } }) => `${path}:${line}:${column}`)
}

function pastModel(model: ModelNode, now: Date): readonly Diagnostic[] {
  if (!isPast(model.deprecationDate, now)) return []
  return [
    warningDiagnostic({
      code: 'deprecated-model',
      message: `expected "${model.name}" to be gone since ${model.deprecationDate}, its deprecation date, found it in the project`,
      span: model.span,
      hint: 'disable or remove it, or move the date',
    }),
  ]
}

interface DatedReference {
  readonly node: Draft['node']
  readonly reference: Reference
  readonly read: ModelNode
  readonly models: readonly ModelNode[]
}

function datedReference(
  { node, reference, read, models }: DatedReference,
  now: Date,
): readonly Diagnostic[] {
  if (read.deprecationDate === undefined) return []
  const when = isPast(read.deprecationDate, now) ? 'is deprecated since' : 'will be deprecated on'
  const { version } = read
  const newer = models
    .filter((model) => model.version?.modelName === version?.modelName && version !== undefined)
    .filter((model) => compareVersions(model.version?.version ?? '', version?.version ?? '') > 0)
    .toSorted((a, b) => compareVersions(a.version?.version ?? '', b.version?.version ?? ''))
    .at(-1)
  return [
    warningDiagnostic({
      code: 'deprecated-ref',
      message: `expected "${node.name}" to read a model that stays, found "${read.name}", which ${when} ${read.deprecationDate}`,
      span: reference.span,
      hint:
        newer?.version === undefined
          ? undefined
          : `read ${newer.name}: {{ref "${newer.version.modelName}" version=${literal(newer.version.version)}}}`,
    }),
  ]
}

/** Of each model the highest version above its latest. */
function newestPrereleases(models: readonly ModelNode[]): ReadonlyMap<string, ModelNode> {
  const newest = new Map<string, ModelNode>()
  for (const model of models) {
    if (model.version?.stage !== 'prerelease') continue
    const { modelName, version } = model.version
    const known = newest.get(modelName)?.version?.version
    if (known === undefined || compareVersions(version, known) > 0) newest.set(modelName, model)
  }
  return newest
}

function unpinned(
  reference: Reference,
  read: ModelNode,
  prereleases: ReadonlyMap<string, ModelNode>,
): readonly Diagnostic[] {
  if (reference.kind !== 'ref' || reference.version !== undefined) return []
  if (read.version === undefined || reference.name !== read.version.modelName) return []
  const newer = prereleases.get(reference.name)?.version
  if (newer === undefined) return []
  const { latestVersion } = read.version
  return [
    noteDiagnostic({
      code: 'unpinned-ref',
      message: `"${reference.name}" is version ${latestVersion} here; version ${newer.version} is there as a prerelease, and will be meant once it is the latest`,
      span: reference.span,
      hint: `try it with version=${literal(newer.version)}, or stay with version=${literal(latestVersion)}`,
    }),
  ]
}

function literal(version: string | number): string {
  return typeof version === 'number' ? String(version) : `"${version}"`
}

/** A day begins at midnight UTC. */
function isPast(date: string | undefined, now: Date): boolean {
  return date !== undefined && parseDate(date) < now.getTime()
}

function parseDate(text: string): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
  if (isDay) return Date.parse(`${text}T00:00:00Z`)
  const iso = text.replace(/^(\S+) /, '$1T').replace(' ', '')
  return Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(iso) ? iso : `${iso}Z`)
}

/** `2026-02-31` is no day. */
export function checkDate(
  date: { readonly text: string; readonly span: Diagnostic['span'] },
  faults: Diagnostic[],
): void {
  const day = date.text.slice(0, 10)
  const time = Date.parse(`${day}T00:00:00Z`)
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
  if (isDay && !Number.isNaN(parseDate(date.text))) return
  faults.push(
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected a date such as 2026-12-31, found "${date.text}"`,
      span: date.span,
    }),
  )
}
