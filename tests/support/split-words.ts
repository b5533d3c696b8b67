/** A command as a shell would split it: words, with quotes of both kinds. */

export function splitWords(command: string): readonly string[] {
  const words = command.matchAll(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g)
  return [...words].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'))
}
