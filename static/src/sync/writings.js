// Commands as what somebody wrote, and as what they are about. Pure.

/** @typedef {{ id: string, name: string, [argument: string]: any }} Command */
/** @typedef {{ code: string, message: string, field?: string, retry_at?: number, current?: string }} WireError */
/** @typedef {Command & { refused?: WireError }} Stored a command as it is kept, with why the server would not take it */

/** Arguments that somebody wrote, the weightiest first. A passphrase is not for lists. */
const WRITTEN = ['text', 'title', 'reason', 'objective', 'new_name'];

/** What somebody wrote in a command, empty if they only tapped. @param {Command} command @returns {string} */
export function writingOf(command) {
  return WRITTEN.map((argument) => command[argument]).find((written) => typeof written === 'string' && written.trim()) || '';
}

/** @param {Command} command `link` or `unlink` */
const linkId = ({ wind, brake }) => `link:${wind}>${brake}`;

/** The record that a command makes, if there is none yet. @param {Command} command @returns {string | undefined} */
export function madeBy(command) {
  return command.name === 'link' ? linkId(command) : command.name.startsWith('add_') ? command[command.name.slice(4)] : undefined;
}

/**
 * The records a command is about.
 * @param {Command} command
 * @returns {string[]}
 */
export function recordsOf(command) {
  if (command.name === 'vote') return [`vote:${command.target}`];
  if (command.name === 'estimate') return [`estimate:${command.target}`];
  if (command.name === 'link' || command.name === 'unlink') return [linkId(command)];
  return [command.card, command.action, command.theme, ...(command.cards || [])].filter(Boolean);
}
