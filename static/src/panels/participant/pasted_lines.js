// What is pasted from Word and Excel, as the texts of cards. Pure.

// Word puts a sign and a tab before each line of a list; what follows a dash without a tab was typed by hand, and stays.
const BULLET = /^\s*(?:[•·▪◦‣●○■□➢✓§o–—-]\t\s*|[•▪◦‣●○■□➢]\s+)/u;
// Typed before one line it may be meant; before each of several lines it is a list, from a mail or Markdown.
const MARK = /^\s*(?:[-–—*+]|\(?\d{1,3}[.)])\s+(?=\S)/u;
// Excel quotes a cell that holds a line break, and doubles the quotes within; other cells of the row follow a tab.
const QUOTED_CELL = /^"((?:[^"]|"")*\n(?:[^"]|"")*)"(?=\t|\n|$)/;

/** The lines of a text, each for a card of its own; a cell of Excel is one, whatever line breaks it holds. @param {string} text */
export function linesOf(text) {
  const lines = [];
  let rest = text.replace(/\r\n?/g, '\n');
  while (rest) {
    const cell = QUOTED_CELL.exec(rest);
    const end = rest.indexOf('\n', cell ? cell[0].length : 0);
    const line = cell ? cell[1].replace(/""/g, '"') + rest.slice(cell[0].length, end < 0 ? undefined : end) : rest.slice(0, end < 0 ? undefined : end);
    lines.push(plain(line));
    rest = end < 0 ? '' : rest.slice(end + 1);
  }
  return unlisted(lines.filter(Boolean));
}

/** The text of one card: without the bullets of its lines, and spaces for tabs. @param {string} text */
export const cardText = (text) => unlisted(text.split('\n').map(plain)).join('\n').trim();

/** @param {string[]} lines */
function unlisted(lines) {
  const written = lines.filter(Boolean);
  return written.length > 1 && written.every((line) => MARK.test(line)) ? lines.map((line) => line.replace(MARK, '')) : lines;
}

/** @param {string} line */
const plain = (line) => line.replace(BULLET, '').replace(/\s*[\t\n]\s*/g, ' ').trim();
