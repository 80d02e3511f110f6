// The boat answers to the balance of wind and brakes: it strains at its anchors, or gains way. Pure.

/**
 * @param {{ kind: string, weight: number }[]} cards
 * @returns {number} -1: nothing but brakes, 1: nothing but wind, 0: as much of both or nothing at all
 */
export function balance(cards) {
  let wind = 0;
  let brakes = 0;
  for (const card of cards) {
    // Even the lightest card counts for something.
    if (card.kind === 'wind') wind += 0.2 + card.weight;
    else brakes += 0.2 + card.weight;
  }
  return wind + brakes ? (wind - brakes) / (wind + brakes) : 0;
}
