/** The project and its packages as what is parsed one after the other, each with the vars and macros that its templates see. */
import type { Package, Project } from '../../read/project.ts'
import type { TemplateEnvironment } from '../../template/template.ts'
import type { DraftContext } from '../drafts/draft-context.ts'

export interface Content extends Pick<DraftContext, 'project' | 'outer' | 'folder'> {
  readonly environment: TemplateEnvironment
}

/** The project first. */
export function contentsOf(project: Project, environment: TemplateEnvironment): readonly Content[] {
  return [
    { project, outer: undefined, folder: '', environment },
    ...project.packages.map((each) => contentOf(project, environment, each)),
  ]
}

function contentOf(project: Project, environment: TemplateEnvironment, content: Package): Content {
  const { name, vars, folder } = content
  const library = environment.library.views?.get(name) ?? environment.library
  return {
    project: { ...project, ...content },
    outer: { trees: project.configTrees, projectName: project.name },
    folder,
    environment: { ...environment, projectName: name, rootName: project.name, vars, library },
  }
}
