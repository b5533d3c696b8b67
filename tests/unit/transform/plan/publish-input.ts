/** What a materialization is given, of a model "main"."a", with changes. */
import { duckdbDialect } from '../../../../src/adapters/duckdb/dialect.ts'
import { type Result, success } from '../../../../src/core/result.ts'
import type { MaterializationInput } from '../../../../src/transform/plan/materializations/materialization.ts'
import type { PublishUnit, Step } from '../../../../src/transform/plan/publish-unit.ts'

const place = { path: 'models/a.sql', line: 1, column: 1, length: 1 }

const compiled = {
  sql: 'select 1 as id',
  map: [{ start: 0, span: place, isLiteral: true, callers: [] }],
  logs: [],
}

export function inputOf(changes: Partial<MaterializationInput> = {}): MaterializationInput {
  return {
    relation: { schema: 'main', identifier: 'a' },
    compiled,
    buildFrom: changes.compiled ?? compiled,
    whole: undefined,
    dialect: duckdbDialect,
    existing: undefined,
    lastFingerprint: undefined,
    inputsSignature: '',
    isFullRefresh: false,
    refreshReason: undefined,
    needsCandidate: false,
    backfill: undefined,
    uniqueKey: [],
    swap: undefined,
    isUnlogged: false,
    refresh: { readsDetached: false, isConcurrent: false },
    arrivalColumn: undefined,
    touched: [],
    contract: undefined,
    quarantine: undefined,
    strategyStatements: () => success([]),
    ...changes,
  }
}

/** The unit without what tests do not compare: functions and hashes. */
export function shown(unit: PublishUnit, batchColumns: readonly string[] = ['id']) {
  const columns = batchColumns.map((name) => ({ name, dataType: 'INTEGER' }))
  const published = unit.publish(columns)
  return {
    action: unit.action,
    because: unit.because,
    candidate: unit.candidate.identifier,
    batch: unit.batch?.identifier,
    effect: unit.effect,
    testsRun: unit.testsRun,
    build: [...unit.build.map(stepText), ...stepTexts(unit.checks?.(undefined))],
    publish: published.ok ? published.value.map(stepText) : published.diagnostics,
  }
}

function stepTexts(steps: Result<readonly Step[]> | undefined) {
  return steps?.ok === true ? steps.value.map(stepText) : []
}

function stepText(step: Step): string {
  switch (step.kind) {
    case 'statement':
      return step.sql
    case 'contract':
      return `contract of ${step.select}`
    case 'rows':
    case 'generated-rows':
      return `rows of ${step.label} into ${step.into.identifier}`
    case 'refuse-rows':
      return `${step.code}? ${step.sql}`
    case 'alter':
      return step.statements.join('; ')
    case 'swap':
      return `swap ${step.candidate.identifier} for ${step.target.identifier}`
    case 'file':
      return `file ${step.file.path} for ${step.target.identifier}`
    case 'indexes':
      return `${step.indexes.length} indexes of ${step.relation.identifier}`
    case 'replace-view':
      return `replace view ${step.relation.identifier}: ${step.select}`
    case 'reuse':
      return `reuse: ${step.because}`
  }
}
