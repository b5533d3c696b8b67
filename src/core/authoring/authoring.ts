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
