/** What TypeScript files of a project import from "assay". */
export {
  type ArgumentSpec,
  type ArgumentType,
  defineMacro,
  type MacroArguments,
  type MacroContext,
  type MacroModule,
  type MacroResult,
  type MacroSpec,
  type MacroValue,
} from './define-macro.ts'
export {
  identifier,
  joined,
  literal,
  raw,
  type Sql,
  sql,
  type SqlInput,
  type SqlRelation,
} from './sql.ts'
export {
  type ColumnSpec,
  defineModel,
  type InputRow,
  type ModelContext,
  type ModelModule,
  type ModelSpec,
  type OutputRow,
  type OutputValue,
  type ReadOptions,
  type Rows,
  type RowValue,
} from './define-model.ts'
