/** A checked project to what in it breaks the promise, found by reading its SQL: nothing is run. */
import { type Diagnostic, type SourceSpan, warningDiagnostic } from '../../core/diagnostic.ts'
import { firstOfEach } from '../../core/first-of-each.ts'
import { keepsRows, type ModelNode, type Node, type UniqueId } from '../../core/node.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { nodeSeals, type SealOf } from '../../project/parse/node-seals.ts'
import { knownKeys, type KnownKeys } from './known-keys.ts'
import type { Found, LintedModel } from './linted-model.ts'
import { readQuery } from './query-blocks.ts'
import { placeOf, renderForLint } from './render-for-lint.ts'
import { isOfOneAdapter, isForSeveral } from './adapter-variants.ts'
import { findAsofTies } from './rules/asof-ties.ts'
import { findDialectGaps } from './rules/dialect-gap.ts'
import { findNullableKey } from './rules/nullable-key.ts'
import { findPartialOrder } from './rules/partial-order.ts'
import { findTimestampZone } from './rules/timestamp-zone.ts'
import { findWallClock } from './rules/wall-clock.ts'
import { findWatermark } from './rules/watermark.ts'
import { viewSql } from './sql-view.ts'

export interface Finding {
  /** The model whose promise it breaks. */
  readonly node: ModelNode
  readonly diagnostic: Diagnostic
}

/** What was found in a model holds as long as its seal. */
export interface RememberedFindings {
  /** undefined: not known. */
  get(id: UniqueId, seal: string): readonly Diagnostic[] | undefined
  set(id: UniqueId, seal: string, found: readonly Diagnostic[]): void
}

/** Warnings, in order of their places. Models that are not among `ids` are left out. */
export function lintProject(
  manifest: Manifest,
  ids: ReadonlySet<UniqueId>,
  remembered?: RememberedFindings,
): readonly Finding[] {
  // Most projects' models need none: a pass over thousands of tests is saved.
  let known: KnownKeys | undefined
  const keys = () => (known ??= knownKeys(manifest))
  const mayHold = macroFilter(manifest)
  const sealOf = nodeSeals(manifest)
  const findings = [...manifest.nodes.values()].flatMap((node) => {
    if (node.resourceType !== 'model' || !ids.has(node.uniqueId)) return []
    const linting = { manifest, node, keys, mayHold }
    const lint = () => lintModel(linting)
    const found =
      remembered === undefined ? lint() : remember(linting, { remembered, sealOf, lint })
    return found.map((diagnostic) => ({ node, diagnostic }))
  })
  return distinct(findings).toSorted((a, b) => (placeText(a) < placeText(b) ? -1 : 1))
}

/** What tests say of the columns of a model, and of what it reads, is in no node. */
function remember(
  { manifest, node, keys }: Linting,
  {
    remembered,
    sealOf,
    lint,
  }: {
    readonly remembered: RememberedFindings
    readonly sealOf: SealOf
    readonly lint: () => readonly Diagnostic[]
  },
): readonly Diagnostic[] {
  const seal = sealOf(node)
  if (seal === undefined) return lint()
  const said = [node, ...inlinedModels(manifest, node)]
    .flatMap(({ uniqueId, dependsOn }) => [uniqueId, ...dependsOn])
    .map((id) => [keys().keys.get(id) ?? [], [...(keys().notNull.get(id) ?? [])]])
  const full = `${seal} ${JSON.stringify(said)}`
  const known = remembered.get(node.uniqueId, full)
  if (known !== undefined) return known
  const found = lint()
  remembered.set(node.uniqueId, full, found)
  return found
}

interface Linting {
  readonly manifest: Manifest
  readonly node: ModelNode
  readonly keys: () => KnownKeys
  /** False when no rule can find anything in the node's SQL: it needs not be rendered. */
  readonly mayHold: (node: ModelNode, pattern: RegExp) => boolean
}

function lintModel(linting: Linting): readonly Diagnostic[] {
  const { node, keys } = linting
  const off = switchedOff(node)
  const incremental = keepsRows(node.materialization) ? node : undefined
  const inlined = incremental === undefined ? [] : inlinedModels(linting.manifest, node)
  return [
    ...(incremental === undefined ? [] : findNullableKey(node, keys())),
    ...lintSql(linting, { node, incremental }),
    ...inlined.flatMap((each) => lintSql(linting, { node: each, incremental })),
  ].filter(({ code }) => !off.has(code))
}

/** The codes of the config `lint_off`. */
function switchedOff({ config }: ModelNode): ReadonlySet<string> {
  const value = config['lint_off']
  const values = [value ?? []].flat()
  return new Set(values.filter((code) => typeof code === 'string'))
}

/** The ephemeral models whose SQL becomes part of the model's own. */
function inlinedModels({ nodes }: Manifest, node: ModelNode): readonly ModelNode[] {
  const found = new Map<UniqueId, ModelNode>()
  const visit = (ids: readonly UniqueId[]): void => {
    for (const id of ids) {
      const upstream = nodes.get(id)
      if (!isEphemeral(upstream) || found.has(id)) continue
      found.set(id, upstream)
      visit(upstream.dependsOn)
    }
  }
  visit(node.dependsOn)
  return [...found.values()]
}

function isEphemeral(node: Node | undefined): node is ModelNode {
  return node?.resourceType === 'model' && node.materialization.name === 'ephemeral'
}

/** Words without which none of the rules finds anything. `(list ..)` stands in many templates, `list(..)` is SQL. */
const anyModel =
  /\b(?:over|asof|distinct\s+on|limit|fetch|timestamp(?:_(?:s|ms|ns))?|datetime|(?:try_)?strptime|to_timestamp|listagg|(?:array|string|jsonb?)_agg|group_concat|json_group_array)\b|\b(?:list|first|last)\s*\(/i
const incrementalModel =
  /\b(?:current_\w+|local\w+|now|today|tomorrow|yesterday|age|\w*timestamp|timeofday|get_current_\w+|random\w*|\w*uuid\w*|nextval|run_started_at|invocation_id|this|root)\b/i

interface Text {
  /** The model the SQL is of. */
  readonly node: ModelNode
  readonly incremental: ModelNode | undefined
}

function lintSql({ manifest, keys, mayHold }: Linting, text: Text): readonly Diagnostic[] {
  const { node, incremental } = text
  const isOwn = incremental === undefined || incremental === node
  // A template that looks at the target has its own SQL for each of them.
  const isCompared = isOwn && isForSeveral(manifest) && !mayHold(node, /\btarget\.type\b/)
  const isWorth =
    (isOwn && (isCompared || mayHold(node, anyModel))) ||
    (incremental !== undefined && mayHold(node, incrementalModel))
  if (!isWorth || callsUnrunCode(manifest, node)) return []
  return renderForLint(manifest, node).flatMap(({ sql, map, relations }) => {
    const query = readQuery(viewSql(sql))
    const model: LintedModel = { node, incremental, query, relations, keys: keys() }
    const found = [...findWallClock(model), ...(isOwn ? rulesOfText(model) : [])]
    const gaps = isCompared ? findDialectGaps(model) : []
    return [
      ...found.flatMap((each) => diagnosticOf(each, model, map)),
      ...gaps
        .flatMap((each) => diagnosticOf(each, model, map))
        .filter((each) => !isOfOneAdapter(manifest, each)),
    ]
  })
}

/** A command that runs no code of the project does not know what its functions would give. */
function callsUnrunCode({ environment, macrosUsed }: Manifest, node: ModelNode): boolean {
  return (macrosUsed.get(node.uniqueId) ?? []).some((name) =>
    (environment.library.macros.get(name) ?? []).some(
      (macro) => macro.language === 'typescript' && !macro.isLoaded(),
    ),
  )
}

/** Those of an ephemeral model are found once, in itself. */
function rulesOfText(model: LintedModel): readonly Found[] {
  return [
    ...findWatermark(model),
    ...findPartialOrder(model),
    ...findAsofTies(model),
    ...findTimestampZone(model),
  ]
}

const libraryFolder = 'library/macros/'
const statisticsFolder = `${libraryFolder}statistics/`

/** What the macros that ship with the framework do with zones, and with ties of a statistic, is written beside them. */
function isSettled(
  code: Found['code'],
  related: readonly { readonly span: SourceSpan }[],
): boolean {
  const isWithin = (folder: string) => related.some(({ span }) => span.path.startsWith(folder))
  if (code === 'lint-timestamp-zone') return isWithin(libraryFolder)
  return code === 'lint-partial-order' && isWithin(statisticsFolder)
}

function diagnosticOf(
  { code, from, to, message, hint }: Found,
  { query }: LintedModel,
  map: Parameters<typeof placeOf>[0],
): readonly Diagnostic[] {
  const [first, last] = [query.view.tokens[from], query.view.tokens[to] ?? query.view.tokens.at(-1)]
  if (first === undefined || last === undefined) return []
  const place = placeOf(map, first, last)
  if (place === undefined) return []
  const { span, related } = place
  if (isSettled(code, related)) return []
  return [
    warningDiagnostic({
      code,
      message,
      span,
      hint,
      ...(related.length === 0 ? {} : { related }),
    }),
  ]
}

/** Looks at the text of a model and of the macros it calls, each macro once a pattern. */
function macroFilter(manifest: Manifest): Linting['mayHold'] {
  const known = new Map<string, boolean>()
  const inMacro = (name: string, pattern: RegExp): boolean => {
    const key = `${name} ${pattern.source}`
    const answer = known.get(key)
    if (answer !== undefined) return answer
    const variants = manifest.environment.library.macros.get(name) ?? []
    const found = variants.some((variant) => {
      const { source } = variant
      if (variant.language === 'typescript') return pattern.test(source.text)
      const [first, last] = [variant.body[0], variant.body.at(-1)]
      return (
        first !== undefined &&
        last !== undefined &&
        pattern.test(source.text.slice(first.range.start, last.range.end))
      )
    })
    known.set(key, found)
    return found
  }
  return (node, pattern) => {
    if (node.code.kind === 'file' && pattern.test(node.code.text)) return true
    const macros = manifest.macrosUsed.get(node.uniqueId) ?? []
    return macros.some((name) => inMacro(name, pattern))
  }
}

/** What two renderings, or a loop, find at one place is said once. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  return firstOfEach(findings, (finding) => `${finding.diagnostic.code} ${placeText(finding)}`)
}

function placeText({ diagnostic: { span, related } }: Finding): string {
  if (span === undefined) return ''
  const number = (value: number) => String(value).padStart(8, '0')
  const inside = related?.[0]?.span
  const nested = inside === undefined ? '' : `${number(inside.line)} ${number(inside.column)}`
  return `${span.path}\u0000${number(span.line)} ${number(span.column)} ${nested}`
}
