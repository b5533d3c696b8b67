/** A folder, or a flag, to the folder that holds assay.yml. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'

export const projectFile = 'assay.yml'

const dbtFile = 'dbt_project.yml'

export interface ProjectPlace {
  /** Absolute. */
  readonly startFolder: string
  /** From --project-dir, relative to the start folder: only this folder is looked at. */
  readonly projectDir?: string | undefined
}

/** The absolute folder of the nearest assay.yml, in the start folder or above it. */
export function findProject(place: ProjectPlace): Result<string> {
  if (place.projectDir !== undefined) {
    const folder = resolve(place.startFolder, place.projectDir)
    if (existsSync(join(folder, projectFile))) return success(folder)
    const message = `expected the file ${projectFile} in ${folder}, found none`
    return notFound(message, existsSync(join(folder, dbtFile)))
  }
  const start = resolve(place.startFolder)
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, projectFile))) return success(folder)
    if (folder === dirname(folder)) break
  }
  const message = `expected the file ${projectFile} in ${start} or a folder above it, found none`
  return notFound(message, existsSync(join(start, dbtFile)))
}

function notFound<T>(message: string, isOfDbt: boolean): Result<T> {
  const hint = isOfDbt
    ? `${dbtFile} is of a dbt project: write ${projectFile} beside it, as docs/from-dbt.md says`
    : `go to the folder of a project, or name it with --project-dir`
  return failure([errorDiagnostic({ code: 'project-not-found', message, hint })])
}

/** Absolute; the flag is relative to the project folder, as in dbt. Default: `target`. */
export function targetPathOf(root: string, targetPath = 'target'): string {
  return resolve(root, targetPath)
}
