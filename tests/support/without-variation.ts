/** Takes out of a transcript what differs from run to run: times, ids, folders, ports. */
import type { TestProject } from './test-project.ts'

export function withoutVariation(text: string, { folder, target }: TestProject): string {
  const place =
    target.type === 'postgres'
      ? `postgres ${target.user}@${target.host}:${target.port}/${target.database}`
      : 'duckdb target/test.duckdb'
  return (
    text
      .replaceAll(folder, '<project>')
      .replaceAll(` on ${target.type} (${place})`, ' on <target> (<database>)')
      .replaceAll(` from ${target.type} (${place})`, ' from <target> (<database>)')
      .replaceAll(place, '<database>')
      .replaceAll(place.replace('postgres ', ''), '<database>')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
      // In a column of times `1.2s` is a character shorter than `0.12s`.
      .replaceAll(/(?<= {2}) (?=\d[.]\ds\b)/g, '')
      .replaceAll(/\b(?:\d+m )?\d+(?:\.\d+)?s\b/g, '<time>')
      // In a column of times that begin at the left, those behind it stand as far as the longest of them asks for.
      .replaceAll(/<time> {3,}(?=\S)/g, '<time>  ')
      .replaceAll(/\b\d+ ms\b/g, '<time>')
      .replaceAll(
        / +<time> {2}(?=from |nothing (?:new|loaded)|rolled back|\d+ (?:dead|dupl|refused|unfinished|files?\b))/g,
        '  <time>  ',
      )
      .replaceAll(/\d{8}_\d{6}(_\d{6})?_[0-9a-f]{8}\b/g, '<time>$1_<id>')
      .replaceAll(/\bload\/\w+\/dead_letter\//g, 'load/<target>/dead_letter/')
      .replaceAll(/ in <time> \([\d,]+ a second\)/g, ' in <time> (<rate> a second)')
      .replaceAll(/( rows?,?) +\d+(?:\.\d+)? (?:bytes?|kB|MB)\b/g, '$1 <size>')
      .replaceAll(/ +$/gm, '')
  )
}
