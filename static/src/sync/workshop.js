// The workshop of this page, as panels, board and wall use it.
import { computed } from '@preact/signals';
import { page } from '../page/page.js';
import { OpenWorkshop } from './open_workshop.js';
import { me, version } from './signals.js';

export { crew, howMany, link, me, notice, refusal, tie, trouble } from './signals.js';

const open = new OpenWorkshop(page);

// --- reading ----------------------------------------------------------------------------------------------------------

/** A record with our own commands on it that are still on their way. @param {string} id @returns {any} */
export function get(id) {
  version.value;
  return open.look(id);
}

/** Every record of a type, in the order they came. @param {string} type @returns {any[]} */
export function ofType(type) {
  version.value;
  return open.ofType(type);
}

export const workshop = computed(() => {
  version.value;
  return /** @type {import('../wire/wire').WorkshopRecord | undefined} */ (open.records.byId.get('workshop'));
});
export const cards = computed(() => ofType('card').filter((card) => !card.deleted));
export const themes = computed(() => ofType('theme').filter((theme) => !theme.deleted));
export const people = computed(() => ofType('person').filter((person) => !person.waiting && !person.removed));
/** For facilitators: who waits at the door, and who was removed. */
export const waiting = computed(() => ofType('person').filter((person) => person.waiting));
export const outside = computed(() => ofType('person').filter((person) => person.removed));
export const isFacilitator = computed(() => me.value?.role === 'facilitator');
export const waitingCount = computed(() => {
  version.value;
  return open.waiting.length;
});
/** Cards among them. */
export const waitingCards = computed(() => {
  version.value;
  return open.waiting.filter((entry) => entry.command.name === 'add_card').length;
});
/** What was written here and the server would not take, with the reason. */
export const refused = computed(() => {
  version.value;
  return open.outbox ? open.outbox.refused : [];
});
/** What was done here, and not sent, by whoever this browser was before. */
export const strays = computed(() => {
  version.value;
  return open.outbox ? open.outbox.strays : [];
});
/** Whether something written here lives only as long as the page: the browser would not keep it. */
export const isForgetful = computed(() => {
  version.value;
  return waitingCount.value > 0 && Boolean(open.outbox?.isForgetful);
});

/** Milliseconds since the epoch by the server's clock. */
export const now = () => open.now();
/** The key of the facilitator link, where this browser came by it. */
export const facilitatorKey = () => open.identity.key || '';

/** What the board surface needs of all this. */
export const store = {
  get: (/** @type {string} */ id) => open.look(id),
  ofType: (/** @type {string} */ type) => ofType(type),
  workshop: () => workshop.peek(),
  subscribe: (/** @type {(ids: Set<string>) => void} */ listener) => open.subscribe(listener),
};

// --- acting -----------------------------------------------------------------------------------------------------------

/** @type {OpenWorkshop['act']} */
export const act = (name, args, how) => open.act(name, args, how);
export const undo = () => open.undo();
export const canUndo = open.undoing.size;
/** @type {OpenWorkshop['actAll']} */
export const actAll = (name, list) => open.actAll(name, list);
/** @param {import('./outbox.js').Entry} entry one that is done with */
export const dismiss = (entry) => open.outbox?.dismiss(entry);
/** @param {import('./outbox.js').Entry} entry @param {Record<string, any>} [change] arguments that are to be others now */
export const retry = (entry, change) => open.outbox?.retry(entry, change);
/** @param {string} name of commands of which none is sent any more */
export const withdraw = (name) => open.outbox?.withdraw(name) || [];
/** @type {OpenWorkshop['onDrag']} */
export const onDrag = (listener) => open.onDrag(listener);
/** @type {OpenWorkshop['drag']} */
export const drag = (card, x, y) => open.drag(card, x, y);
/** @type {OpenWorkshop['ask']} */
export const ask = (what, more) => open.ask(what, more);

// --- coming in --------------------------------------------------------------------------------------------------------

export const isKnown = () => open.isKnown();
export const knock = () => open.knock();
/** @type {OpenWorkshop['enter']} */
export const enter = (as) => open.enter(as);
/** @type {OpenWorkshop['keepKey']} */
export const keepKey = (key) => open.keepKey(key);
export const forgetMe = () => open.forgetMe();
