/** How often something of a known chance happens in so many tries: the counts between which it stays but once in a hundred times. */

export interface Band {
  readonly low: number
  readonly high: number
}

/** Exact: of the binomial distribution, `share` of it, as much cut off below as above. */
export function binomialBand(tries: number, chance: number, share: number): Band {
  const tail = (1 - share) / 2
  const logOdds = Math.log(chance) - Math.log(1 - chance)
  let logTerm = tries * Math.log(1 - chance)
  let below = 0
  let low: number | undefined
  for (let count = 0; count <= tries; count += 1) {
    below += Math.exp(logTerm)
    if (low === undefined && below > tail) low = count
    if (below >= 1 - tail) return { low: low ?? count, high: count }
    logTerm += Math.log(tries - count) - Math.log(count + 1) + logOdds
  }
  return { low: low ?? tries, high: tries }
}
