// What panels read of the open workshop: whatever reads a signal is drawn again when it changes. Only
// `open_workshop.js` writes them, but for `notice`.
import { signal } from '@preact/signals';

/** @typedef {{ id: string | null, role: 'participant' | 'facilitator' | 'screen', name: string }} Me */

/** Counts changes of records and of commands on their way. */
export const version = signal(0);
/** @type {import('@preact/signals').Signal<Me | null>} */
export const me = signal(null);
/** @type {import('@preact/signals').Signal<'connecting' | 'here' | 'away'>} */
export const link = signal(/** @type {any} */ ('connecting'));
/** @type {import('@preact/signals').Signal<{ code: string, message: string } | null>} */
export const refusal = signal(/** @type {any} */ (null));
/** What keeps us from coming in, while we try. @type {import('@preact/signals').Signal<'unreachable' | 'refused' | null>} */
export const trouble = signal(/** @type {any} */ (null));
/** Who is here. @type {import('@preact/signals').Signal<Set<string>>} */
export const crew = signal(new Set());
/** How many people are here; in an anonymous workshop that is all one is told. */
export const howMany = signal(0);
/** @type {import('@preact/signals').Signal<{ text: string, kind: 'said' | 'wrong' } | null>} */
export const notice = signal(/** @type {any} */ (null));

/** The wind or brake that is to be tied to what is tapped next on the boat. @type {import('@preact/signals').Signal<string | null>} */
export const tie = signal(null);
