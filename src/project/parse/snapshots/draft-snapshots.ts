/** SQL files and YAML entries of snapshots to drafts. */
import { hash } from 'node:crypto'
import { errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import type { TemplateCode } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { PropertyFile, SnapshotProperties } from '../../read/properties/property-file.ts'
import type { SourceFile } from '../../read/project.ts'
import type { TemplateFacts } from '../../template/template.ts'
import { type Draft, noFacts } from '../drafts/draft.ts'
import { describe, describeAt } from '../drafts/describe-node.ts'
import { type DraftContext, foldersOfProperties, relationOf } from '../drafts/draft-context.ts'
import { stemOf } from '../governance/name-model-files.ts'
import type { Patch } from '../index-properties.ts'
import { sourceRelation } from '../relation-names.ts'
import { type ConfigEntries, isEnabled, plainConfig, textOf } from '../resolve-config.ts'
import { resolveSnapshot } from './resolve-snapshot.ts'
import { resolveStorage } from '../storage/resolve-storage.ts'
import { argumentReference } from '../tests/test-arguments.ts'

/** A file of a snapshot folder, or one that says `materialized="snapshot"`. */
export function isSnapshotFile(facts: TemplateFacts): boolean {
  return facts.config['materialized']?.at(-1)?.value === 'snapshot'
}

export function draftSnapshotFile(
  context: DraftContext,
  described: {
    readonly file: SourceFile
    readonly patch: Patch | undefined
    readonly facts: TemplateFacts
  },
): Draft {
  const { file, facts } = described
  const base = describe(context, described, 'snapshot', 'snapshots')
  return draftFrom(context, base, {
    facts,
    code: { kind: 'file', path: file.path, text: file.text },
  })
}

/** Entries that say what they are a snapshot of; the others describe files. */
export function draftSnapshotEntries(
  context: DraftContext,
  file: PropertyFile,
  files: readonly SourceFile[],
): readonly Draft[] {
  return file.snapshots.flatMap((entry) => {
    if (entry.relation !== undefined) return draftEntry(context, file, entry)
    checkDescribed(context, entry, files)
    return []
  })
}

function draftEntry(
  context: DraftContext,
  file: PropertyFile,
  entry: SnapshotProperties,
): readonly Draft[] {
  const { text = '', span = entry.span } = entry.relation ?? {}
  const reference = argumentReference('to', text, span)
  if (reference === undefined) return []
  const facts: TemplateFacts = { ...noFacts, references: [reference] }
  const place = {
    name: entry.name,
    path: [...foldersOfProperties(context, file.path), entry.name],
    span: entry.span,
    // Of what defines it: another entry of the file is another snapshot.
    checksum: hash('sha256', text),
  }
  const patch = { path: file.path, properties: entry }
  const kind = { resourceType: 'snapshot', treeName: 'snapshots' } as const
  const base = describeAt(context, { ...place, patch, facts }, kind)
  return [draftFrom(context, base, { facts, code: { kind: 'all-rows' } })]
}

function draftFrom(
  context: DraftContext,
  { common, config, columns, hooks }: ReturnType<typeof describeAt>,
  { facts, code }: { readonly facts: TemplateFacts; readonly code: TemplateCode },
): Draft {
  const enabled = isEnabled(config)
  return {
    facts,
    config,
    isEnabled: enabled,
    node: {
      ...common,
      resourceType: 'snapshot',
      config: plainConfig(config, { enabled: true, materialized: 'snapshot' }),
      relation: placeOf(context, config, common.name),
      arrival: undefined,
      columns,
      hooks,
      code,
      storage: resolveStorage(context, config),
      isStable: facts.isStable,
      // What is disabled may be unfinished.
      ...resolveSnapshot({ config, span: common.span }, enabled ? context.faults : []),
    },
  }
}

/** `target_schema` is taken as it is: a snapshot of production, wherever it is run from. */
function placeOf(context: DraftContext, config: ConfigEntries, name: string): Relation {
  const literal = textOf(config, 'target_schema')
  if (literal === undefined) return relationOf(context, config, name)
  return sourceRelation(context.project.target, {
    database: undefined,
    schema: literal,
    identifier: textOf(config, 'alias') ?? name,
    quoting: {},
  })
}

function checkDescribed(
  { faults }: DraftContext,
  entry: SnapshotProperties,
  files: readonly SourceFile[],
): void {
  const names = files.map((file) => stemOf(file.path))
  if (names.includes(entry.name)) return
  const nearest = nearestName(entry.name, names)
  faults.push(
    errorDiagnostic({
      code: 'missing-key',
      message: `expected "relation" in the snapshot "${entry.name}", found none`,
      span: entry.span,
      hint:
        nearest === undefined
          ? `say what it keeps: relation: ref('some_model'), or write its SELECT into snapshots/${entry.name}.sql`
          : `say what it keeps: relation: ref('some_model'); or did you mean the file "${nearest}.sql"?`,
    }),
  )
}
