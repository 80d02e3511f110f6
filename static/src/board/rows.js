// Notes in rows: in the order of their weights, each as near to where it should be as there is room. Pure.
// `speedboat/exports/picture_rows.py` does the same for the picture; tests/data/rows.json holds both to it.

/**
 * The row of each of so many notes, the lightest first: no note in a lighter row than one that is lighter.
 * @param {number} count
 * @param {number[]} rooms how many each row has room for
 * @param {(note: number, row: number) => number} cost of a note in a row; Infinity where it may not lie
 * @returns {number[] | null} the cheapest rows; null if there is no room
 */
export function intoRows(count, rooms, cost) {
  let best = [0, ...Array(count).fill(Infinity)]; // what the first notes cost in the rows so far
  const counts = rooms.map((room, row) => {
    const next = [...best];
    const here = Array(count + 1).fill(0);
    for (let end = 1; end <= count; end++) {
      let sum = 0;
      for (let many = 1; many <= Math.min(room, end); many++) {
        sum += cost(end - many, row);
        if (best[end - many] + sum < next[end]) [next[end], here[end]] = [best[end - many] + sum, many];
      }
    }
    best = next;
    return here;
  });
  if (best[count] === Infinity) return null;
  const rows = Array(count).fill(0);
  let end = count;
  for (let row = rooms.length - 1; row >= 0; row--) {
    const first = end - counts[row][end];
    rows.fill(row, first, end);
    end = first;
  }
  return rows;
}

/**
 * The cell of each of some notes in a row, in the order of their wishes and as near to them as can be.
 * @param {number[]} wishes in ascending order @param {number[]} cells in ascending order, at least as many
 * @returns {number[]} indexes of cells
 */
export function besideEachOther(wishes, cells) {
  let best = Array(cells.length + 1).fill(0); // what the notes so far cost in the first cells
  const chosen = wishes.map((wish) => {
    const next = [Infinity];
    const at = [-1];
    cells.forEach((cell, i) => {
      const here = best[i] + Math.abs(cell - wish);
      next.push(Math.min(next[i], here));
      at.push(here < next[i] ? i : at[i]);
    });
    best = next;
    return at;
  });
  const result = [];
  let end = cells.length;
  for (const at of chosen.reverse()) {
    end = at[end];
    result.unshift(end);
  }
  return result;
}
