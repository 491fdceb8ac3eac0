// Medians and spreads. Contenders take turns in every round, so that what disturbs one disturbs its neighbour too.

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return below + (above - below) * (at - Math.floor(at))
}

/** Median, and the tenth and ninetieth hundredth. */
export function spread(values) {
  const at = (share) => Number(quantile(values, share).toPrecision(4))
  return { median: at(0.5), p10: at(0.1), p90: at(0.9) }
}

/**
 * Runs every contender once in each round, in turn, the other way round in every second one; the first round warms up and
 * is not counted. A contender gives figures by name. Returns, by contender and figure, one value for each round.
 */
export async function takeTurns(contenders, rounds, { warm = 1 } = {}) {
  const names = Object.keys(contenders)
  const taken = Object.fromEntries(names.map((name) => [name, {}]))
  for (let round = 0; round < rounds + warm; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const figures = await contenders[name](round)
      if (round < warm) continue
      for (const [figure, value] of Object.entries(figures)) (taken[name][figure] ??= []).push(value)
    }
  }
  return taken
}

/**
 * One line of the table. `ours` and `reference` hold a value for each round; the ratio is made round by round, and says how
 * many times as good as the reference we are: `more` is better, or less (`less`).
 */
export function compared({ what, unit, better = 'more', ours, against, reference, target, beyond, note }) {
  const ratios =
    reference?.map((value, round) => (better === 'more' ? ours[round] / value : value / ours[round])) ?? []
  return {
    what,
    unit,
    better,
    ours: spread(ours),
    ...(reference && { against, reference: spread(reference), ratio: spread(ratios) }),
    ...(target !== undefined && { target, reached: isReached(target, ratios, ours) }),
    ...(beyond !== undefined && { beyond }),
    ...(note && { note }),
  }
}

/** A target is a ratio to reach (`{ ratio: 0.5 }`), or a figure not to be passed (`{ most: 5 }`) or to reach (`{ least }`). */
function isReached({ ratio, most, least }, ratios, ours) {
  if (ratio !== undefined) return quantile(ratios, 0.5) >= ratio
  if (most !== undefined) return quantile(ours, 0.5) <= most
  return quantile(ours, 0.5) >= least
}

/** A line that could not be measured here, and why. */
export function notMeasured(what, why) {
  return { what, notMeasured: why }
}
