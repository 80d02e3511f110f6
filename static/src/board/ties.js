// Lines from winds to the brakes they relieve, beneath the notes. In the middle of each a knot points to the brake; a tap on
// it opens the wind, where it can be untied.
import { HEIGHT, WIDTH } from './scene.js';
import { svg } from './svg.js';

/** @typedef {import('./stacks.js').Note} Note */
/** @typedef {{ id: string, wind: string, brake: string }} Tie a link, and the notes at its ends */
/** @typedef {{ x: number, y: number }} Place */

/**
 * The note that shows an end of a link: its own, its theme's if it is in one, of a theme of both sides the right part.
 * @param {Note[]} notes @param {string} target @param {boolean} isWind
 */
function endOf(notes, target, isWind) {
  return notes.find((note) => (note.kind === 'wind') === isWind && (note.target === target || note.cards.some((card) => card.id === target)));
}

/** @param {Note[]} notes @param {any[]} links @returns {Tie[]} */
export function tiesOf(notes, links) {
  return links.flatMap((link) => {
    const [wind, brake] = [endOf(notes, link.wind, true), endOf(notes, link.brake, false)];
    return wind && brake ? [{ id: link.id, wind: wind.id, brake: brake.id }] : [];
  });
}

/** What each note is tied to, in words, by its id: those who do not see the lines hear of them. @param {Note[]} notes @param {Tie[]} ties */
export function tiedNotes(notes, ties) {
  const names = new Map(notes.map(({ id, record }) => [id, record.title || record.text || '']));
  /** @type {Map<string, string[]>} */
  const tied = new Map();
  for (const { wind, brake } of ties) {
    for (const [one, other] of [[wind, brake], [brake, wind]]) tied.set(one, [...(tied.get(one) || []), names.get(other) || '']);
  }
  return tied;
}

export class Ties {
  /** @param {(id: string) => void} open what happens when a knot is tapped */
  constructor(open) {
    this.element = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'ties', 'aria-hidden': 'true' });
    /** @type {Map<string, { tie: Tie, group: SVGElement }>} */
    this.byId = new Map();
    this.element.addEventListener('click', (event) => {
      const wind = /** @type {Element} */ (event.target).closest('[data-tie]')?.getAttribute('data-tie');
      if (wind) open(wind);
    });
  }

  /** @param {Tie[]} ties @param {(id: string) => Place | undefined} placeOf @param {string | null | undefined} focus the note that is talked about */
  draw(ties, placeOf, focus) {
    const gone = new Set(this.byId.keys());
    for (const tie of ties) {
      gone.delete(tie.id);
      const known = this.byId.get(tie.id);
      const group = known?.group || make();
      if (!known) this.element.append(group);
      this.byId.set(tie.id, { tie, group });
      group.classList.toggle('faint', Boolean(focus) && focus !== tie.wind && focus !== tie.brake);
      lay(group, tie, placeOf);
    }
    for (const id of gone) {
      this.byId.get(id)?.group.remove();
      this.byId.delete(id);
    }
  }

  /** A note is dragged: its lines go with it. @param {string} id @param {(id: string) => Place | undefined} placeOf */
  follow(id, placeOf) {
    for (const { tie, group } of this.byId.values()) if (tie.wind === id || tie.brake === id) lay(group, tie, placeOf);
  }
}

function make() {
  const knot = svg('g', { class: 'knot' }, svg('circle', { class: 'reach', r: 30 }), svg('circle', { class: 'eye', r: 12 }), svg('path', { class: 'point', d: 'M-3 -5L4 0L-3 5' }));
  return svg('g', { class: 'tie' }, svg('path', { class: 'casing' }), svg('path', { class: 'line' }), knot);
}

/** @param {SVGElement} group @param {Tie} tie @param {(id: string) => Place | undefined} placeOf */
function lay(group, tie, placeOf) {
  const [from, to] = [placeOf(tie.wind), placeOf(tie.brake)];
  if (!from || !to) return;
  const bend = Math.max(50, (to.y - from.y) * 0.4);
  const path = `M${from.x} ${from.y}C${from.x} ${from.y + bend} ${to.x} ${to.y - bend} ${to.x} ${to.y}`;
  const [casing, line, knot] = group.children;
  casing.setAttribute('d', path);
  line.setAttribute('d', path);
  const angle = (Math.atan2(to.y - from.y - bend, to.x - from.x) * 180) / Math.PI;
  knot.setAttribute('transform', `translate(${(from.x + to.x) / 2} ${(from.y + to.y) / 2}) rotate(${angle.toFixed(1)})`);
  knot.setAttribute('data-tie', tie.wind);
}
