/** The help pages of all commands, in the order in which they are listed, and what the page of the program says. */
import { buildingPages } from './building-pages.ts'
import { type CommandPage, variables } from './command-page.ts'
import { housekeepingPages } from './housekeeping-pages.ts'
import { lookingPages } from './looking-pages.ts'
import { movingPages } from './moving-pages.ts'

export const programExamples = `
Every command takes --project-dir, --target, --vars, --threads, --target-path, --quiet,
--log-format, --use-colors, --no-color and --debug: "assay build --help" describes them.

Examples:
  assay build                          everything: seeds, models, snapshots, tests
  assay build --select stg_events+     one model and what reads it
  assay show --select leading_arms     rows of a model
  assay watch                          rebuild what each saved file touches

Exit codes: 0 fine; 1 work was begun and something failed; 2 nothing was begun; 130 interrupted.
${variables}`

export const commandPages: readonly CommandPage[] = [
  ...buildingPages,
  ...movingPages,
  ...lookingPages,
  ...housekeepingPages,
]
