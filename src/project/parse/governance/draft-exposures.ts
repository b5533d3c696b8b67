/** Entries of `exposures:` to drafts: what each depends on read from its texts, its owner known. */
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import type { ExposureReferences } from '../../../core/exposure.ts'
import { isJsonObject } from '../../../core/json.ts'
import { mergeConfigs } from '../../read/merge-configs.ts'
import type { ExposureEntry, PlacedText, PropertyFile } from '../../read/project.ts'
import type { Reference } from '../../template/template.ts'
import { type Draft, noFacts } from '../draft.ts'
import { type DraftContext, foldersOfProperties, layersAround } from '../draft-files.ts'
import { isEnabled, plainConfig, textsOf, unrenderedConfig } from '../resolve-config.ts'
import { argumentReference } from '../test-arguments.ts'
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
  const read = entry.dependsOn.map(readDependency)
  faults.push(...read.flatMap((each) => (each.kind === 'unknown' ? [unknown(each.written)] : [])))
  const references = read.flatMap((each) => (each.kind === 'node' ? [each.reference] : []))
  const metrics = read.flatMap((each) => (each.kind === 'metric' ? [each.name] : []))
  return {
    facts: { ...noFacts, references },
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
      references: namedBy(references, metrics),
    },
  }
}

type Dependency =
  | { readonly kind: 'node'; readonly reference: Reference }
  | { readonly kind: 'metric'; readonly name: string }
  | { readonly kind: 'unknown'; readonly written: PlacedText }

function readDependency(written: PlacedText): Dependency {
  const reference = argumentReference('', written.text, written.span)
  if (reference !== undefined) return { kind: 'node', reference }
  const name = /^\s*metric\(\s*(['"])([^'"]+)\1\s*\)\s*$/.exec(written.text)?.[2]
  return name === undefined ? { kind: 'unknown', written } : { kind: 'metric', name }
}

function unknown({ text, span }: PlacedText) {
  return errorDiagnostic({
    code: 'unresolved-ref',
    message: `expected ref('model'), source('source', 'table') or metric('metric'), found "${text}"`,
    span,
    hint: /^[\w-]+$/.test(text) ? `write ref('${text}')` : undefined,
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
