/** The template language for texts in YAML, loaded when the first template is met. */
import type { MakeRender } from './render-values.ts'

export async function loadMakeRender(): Promise<MakeRender> {
  const { renderScalar } = await import('../../template/render-scalar.ts')
  return (environment) => (text, span) => renderScalar(text, { environment, span })
}

/** For a file without templates. */
export const renderNothing: MakeRender = () => (text) => {
  throw new Error(`a template where none was seen: ${text}`)
}
