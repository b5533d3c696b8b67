/** Compiles a node whose template asks the database: each question is put when it comes up, and the template rendered again. */
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result } from '../../../core/result.ts'
import { askedKey } from '../../plan/compile/questions.ts'
import type { CodedNode, CompileContext, Compiled } from '../../plan/compile/compile-context.ts'
import { notAsked } from '../../plan/compile/not-asked.ts'
import { tryCompile } from '../../plan/compile-node.ts'
import type { Asker } from './asker.ts'
import { answerQuestion } from './answer-question.ts'

const mostQuestions = 50

export async function compileAsking(
  context: CompileContext,
  asker: Asker,
  node: CodedNode,
): Promise<Result<Compiled>> {
  for (let count = 0; ; count += 1) {
    const compilation = tryCompile({ ...context, answers: asker.answers }, node)
    if (compilation.kind === 'done') return compilation.result
    const { asked } = compilation
    if (asker.isAllowed === false) return failure([notAsked(asked, node)])
    if (count === mostQuestions) {
      return failure([
        errorDiagnostic({
          code: 'too-many-questions',
          message: `expected at most ${mostQuestions} questions for the database, found one more`,
          span: asked.span,
          ...(asked.related.length === 0 ? {} : { related: asked.related }),
          hint: 'ask for all rows in one query, and walk them with {{#each}}',
        }),
      ])
    }
    const answer = await answerQuestion({ context, asker, node }, asked)
    if (!answer.ok) return answer
    asker.answers.set(askedKey(asked), answer.value)
  }
}
