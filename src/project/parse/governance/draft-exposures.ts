/** Entries of `exposures:` to drafts: what each depends on read from its texts, its owner known. */
import {
  type Diagnostic,
  errorDiagnostic,
  nearestName,
  type SourceSpan,
} from '../../../core/diagnostic.ts'
import type { ExposureReferences } from '../../../core/node/exposure.ts'
import { isJsonObject } from '../../../core/json.ts'
import { mergeConfigs } from '../../read/merge-configs.ts'
import type { ExposureEntry, PropertyFile } from '../../read/properties/property-file.ts'
import type { PlacedText } from '../../read/config-entry.ts'
import type { Reference } from '../../template/template.ts'
import { type Draft, noFacts } from '../drafts/draft.ts'
import { type DraftContext, foldersOfProperties, layersAround } from '../drafts/draft-context.ts'
import { isEnabled, plainConfig, textsOf, unrenderedConfig } from '../resolve-config.ts'
import { argumentReference } from '../tests/test-arguments.ts'
import { checkOwner } from './check-access.ts'

export function draftExposures(context: DraftContext, file: PropertyFile): readonly Draft[] {
  return file.exposures.map((entry) => draftExposure(context, file, entry))
}

function draftExposure(
  context: DraftContext,
  { path, checksum }: PropertyFile,
  entry: ExposureEntry,
): Draft {
  const { project, faults } = context
  const fqn = [project.name, ...foldersOfProperties(context, path), entry.name]
  const { before, after } = layersAround(context, 'exposures', fqn)
  const config = mergeConfigs([...before, entry.config, ...after])
  const meta = config['meta']?.value
  checkOwner(entry, 'exposure', faults)
  const metrics = new Map(
    project.properties.flatMap((file) => file.metrics.map((metric) => [metric.name, metric.model])),
  )
  const read = entry.dependsOn.map((written) => readDependency(written, metrics))
  faults.push(...read.flatMap((each) => (each.kind === 'unknown' ? [each.fault] : [])))
  const named = read.flatMap((each) => (each.kind === 'node' ? [each.reference] : []))
  const measured = read.flatMap((each) => (each.kind === 'metric' ? [each] : []))
  return {
    facts: { ...noFacts, references: [...named, ...measured.flatMap((each) => each.reference)] },
    config,
    isEnabled: isEnabled(config),
    node: {
      resourceType: 'exposure',
      uniqueId: `exposure.${project.name}.${entry.name}`,
      name: entry.name,
      packageName: project.name,
      path,
      fqn,
      description: entry.description,
      tags: textsOf(config, 'tags'),
      meta: isJsonObject(meta) ? meta : {},
      config: plainConfig(config, { enabled: true }),
      ...unrenderedConfig(config),
      checksum,
      span: entry.span,
      label: entry.label,
      type: entry.type,
      owner: entry.owner,
      url: entry.url,
      maturity: entry.maturity,
      references: namedBy(
        named,
        measured.map(({ name }) => name),
      ),
    },
  }
}

type Dependency =
  | { readonly kind: 'node'; readonly reference: Reference }
  /** It reads what the metric is over. */
  | { readonly kind: 'metric'; readonly name: string; readonly reference: readonly Reference[] }
  | { readonly kind: 'unknown'; readonly fault: Diagnostic }

function readDependency(
  { text, span }: PlacedText,
  metrics: ReadonlyMap<string, PlacedText>,
): Dependency {
  const reference = argumentReference('', text, span)
  if (reference !== undefined) return { kind: 'node', reference }
  const name = /^\s*metric\(\s*(['"])([^'"]+)\1\s*\)\s*$/.exec(text)?.[2]
  if (name === undefined) return { kind: 'unknown', fault: noDependency(text, span) }
  const model = metrics.get(name)
  if (model === undefined) {
    return { kind: 'unknown', fault: noMetric(name, { span, known: metrics.keys() }) }
  }
  const read = argumentReference('to', model.text, span)
  return { kind: 'metric', name, reference: read === undefined ? [] : [read] }
}

function noDependency(text: string, span: SourceSpan): Diagnostic {
  return errorDiagnostic({
    code: 'unresolved-ref',
    message: `expected ref('model'), source('source', 'table') or metric('metric'), found "${text}"`,
    span,
    hint: /^[\w-]+$/.test(text) ? `write ref('${text}')` : undefined,
  })
}

function noMetric(
  name: string,
  { span, known }: { readonly span: SourceSpan; readonly known: Iterable<string> },
): Diagnostic {
  const nearest = nearestName(name, known)
  return errorDiagnostic({
    code: 'unresolved-ref',
    message: `expected the name of a metric, found "${name}"`,
    span,
    hint:
      nearest === undefined
        ? 'declare it under "metrics:" of a properties file'
        : `did you mean "${nearest}"?`,
  })
}

function namedBy(references: readonly Reference[], metrics: readonly string[]): ExposureReferences {
  return {
    refs: references.flatMap((each) =>
      each.kind === 'ref'
        ? [{ name: each.name, packageName: each.packageName, version: each.version }]
        : [],
    ),
    sources: references.flatMap((each) =>
      each.kind === 'source' ? [[each.sourceName, each.tableName] as const] : [],
    ),
    metrics,
  }
}
