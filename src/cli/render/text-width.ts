/** Text measured, padded and cut in terminal columns: wide characters take two, combining ones none. */

const plainText = /^[\u0020-\u007e]*$/
const wideCharacter =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u
const takesNoColumn = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]*$/u

/** Characters as a reader counts them: a base with its combining marks is one. */
export function graphemes(text: string): readonly string[] {
  if (plainText.test(text)) return text.split('')
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
}

/** Columns of a terminal that the text takes. Never counts control characters: take them out first. */
export function textWidth(text: string): number {
  if (plainText.test(text)) return text.length
  return graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0)
}

export function graphemeWidth(grapheme: string): number {
  if (takesNoColumn.test(grapheme)) return 0
  // U+FE0F asks for the picture form of a sign that has both: two columns.
  return wideCharacter.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text
}

/** At most `width` columns, the last an ellipsis if something was cut off. */
export function cutEnd(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const grapheme of graphemes(text)) {
    used += graphemeWidth(grapheme)
    if (used > width - 1) break
    kept += grapheme
  }
  return `${kept}…`
}

/** Line ends, tabs and other control characters as escapes: one line, and nothing that moves the cursor. */
export function showControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\r') return '\\r'
    if (character === '\t') return '\\t'
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}
