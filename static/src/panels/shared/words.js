// What the phases and kinds are called, and what each phase asks of people, in one plain sentence.
import { plural, t } from '../../page/i18n.js';

/** @typedef {import('../../wire/wire').WorkshopRecord['phase']} Phase */
/** @typedef {import('../../board/scene.js').Kind} Kind */

/** @param {Phase} phase */
export const phaseName = (phase) =>
  ({
    welcome: t('Welcome'),
    write: t('Writing'),
    share: t('Sharing'),
    group: t('Grouping'),
    vote: t('Voting'),
    cut: t('Cut the rope'),
    discuss: t('Discussion'),
    act: t('Actions'),
    closed: t('Closed'),
  })[phase];

/** @param {Phase} phase */
export const whatToDo = (phase) =>
  ({
    welcome: t('Welcome aboard. Try out a card, if you like.'),
    write: t('Write in silence, one idea per card. Nobody else can read your cards yet.'),
    share: t('Read the cards as they are revealed. You can still add some.'),
    group: t('Put together the cards that say the same thing.'),
    vote: t('Place your votes on what matters most to you. Nobody sees them.'),
    cut: t('If this rope were cut, how much speed would the boat gain? Everyone answers in secret.'),
    discuss: t('Let us talk about what is on the big screen.'),
    act: t('Who does what, and by when? Propose an action.'),
    closed: t('The workshop is over. Thank you!'),
  })[phase];

/** @param {Kind} kind */
export const kindName = (kind) => ({ wind: t('Wind'), anchor: t('Anchor'), shark: t('Shark') })[kind];

/** @param {Kind} kind */
export const kindsName = (kind) => ({ wind: t('Winds'), anchor: t('Anchors'), shark: t('Sharks') })[kind];

/** @param {Kind} kind */
export const kindMeaning = (kind) =>
  ({ wind: t('What drives us'), anchor: t('What holds us back'), shark: t('What threatens us') })[kind];

/** @param {Kind} kind the prompt where facilitators have written none */
export const kindPrompt = (kind) =>
  ({
    wind: t('What drives us forward?'),
    anchor: t('What is holding us back today?'),
    shark: t('What could put us in danger tomorrow?'),
  })[kind];

/** How much a card weighs, in the words of its kind. @param {Kind} kind @param {number} step 1 to 5 */
export const strengthName = (kind, step) =>
  ({
    wind: [t('Very light wind'), t('Light wind'), t('Steady wind'), t('Strong wind'), t('Very strong wind')],
    anchor: [t('Very light anchor'), t('Light anchor'), t('Middling anchor'), t('Heavy anchor'), t('Very heavy anchor')],
    shark: [t('Shark very far off'), t('Shark far off'), t('Shark on its way'), t('Shark close by'), t('Shark very close')],
  })[kind][step - 1];

/** @param {Kind} kind the question that its weight answers */
export const strengthQuestion = (kind) =>
  ({ wind: t('How strongly does it blow?'), anchor: t('How much does it weigh?'), shark: t('How close is it?') })[kind];

/** @param {Kind} kind */
export const changeInto = (kind) =>
  ({ wind: t('Change into a wind'), anchor: t('Change into an anchor'), shark: t('Change into a shark') })[kind];

/** Actions that were accepted come before those that are done, and these before what is only proposed. @type {Record<string, number>} */
const RANK = { accepted: 0, done: 1, proposed: 2 };
/** @template {{ state: string }} Action @param {Action[]} actions */
export const inOrder = (actions) => [...actions].sort((one, other) => RANK[one.state] - RANK[other.state]);

/** How many have placed all their votes, answered or finished. @param {number} n @param {number} of */
export const haveVoted = (n, of) => plural(n, t('{n} of {of} has finished voting', { of }), t('{n} of {of} have finished voting', { of }));
/** @param {number} n @param {number} of */
export const haveAnswered = (n, of) => plural(n, t('{n} of {of} has answered', { of }), t('{n} of {of} have answered', { of }));
/** @param {number} n @param {number} of */
export const areDone = (n, of) => plural(n, t('{n} of {of} is done', { of }), t('{n} of {of} are done', { of }));
