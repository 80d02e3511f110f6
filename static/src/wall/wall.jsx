// The big screen: the boat, what to do now, the timer, the code. No controls, no names of voters.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Board } from '../board/board.js';
import { LANGUAGE_NAMES } from '../page/appearance.js';
import { day, labelled, plural, t } from '../page/i18n.js';
import { at, page } from '../page/page.js';
import { get, howMany, link, onDrag, ofType, refusal, store, workshop } from '../sync/workshop.js';
import { hasReached } from '../wire/phases.js';
import { Timer } from '../panels/shared/timer.jsx';
import { Trouble } from '../panels/shared/trouble.jsx';
import { targets, totalOn } from '../panels/shared/votes.js';
import { areDone, haveAnswered, haveVoted, inOrder, kindName, kindPrompt, phaseName, whatToDo } from '../panels/shared/words.js';

export function Wall() {
  const state = workshop.value;
  useWorkshopLanguage(state?.settings.language);
  if (refusal.value) return <main class="wall"><p class="wall-away">{refusal.value.message}</p></main>;
  if (!state) return <main class="wall"><p class="wall-away">{t('Coming aboard…')}</p><Trouble isOpen /></main>;
  return (
    <main class={`wall wall-${state.phase}`} data-phase={state.phase}>
      <header class="wall-bar">
        <div class="doing">
          <h1 dir="auto">{state.title}</h1>
          <p>{phaseName(state.phase)} · {instruction(state)}</p>
        </div>
        <Figures state={state} />
        <Timer />
        <Languages />
        <Door />
      </header>
      <div class="wall-body">
        <Stage />
        <Aside state={state} />
      </div>
      {link.value === 'away' && <p class="wall-away" role="status">{t('Reconnecting…')}</p>}
    </main>
  );
}

/**
 * The wall speaks another language once the workshop does, unless its address says which.
 * @param {string | undefined} language
 */
function useWorkshopLanguage(language) {
  const before = useRef(language);
  useEffect(() => {
    if (before.current && language !== before.current && !new URLSearchParams(location.search).has('lang')) location.reload();
    before.current = language;
  }, [language]);
}

/** For this wall alone; phones have their own. */
function Languages() {
  const others = page.languages.filter((language) => language !== page.language);
  return (
    <nav class="languages" aria-label={t('Language')}>
      {others.map((language) => <a key={language} href={`?lang=${language}`} lang={language} hreflang={language}>{LANGUAGE_NAMES[language]}</a>)}
    </nav>
  );
}

/** @param {import('../wire/wire').WorkshopRecord} state */
function instruction(state) {
  const only = state.kinds_open.length === 1 ? state.kinds_open[0] : null;
  if (only && !hasReached(state.phase, 'group')) {
    return labelled(kindName(only), state.prompts[only] || kindPrompt(only));
  }
  return whatToDo(state.phase);
}

/** @param {{ state: import('../wire/wire').WorkshopRecord }} props */
function Figures({ state }) {
  const { ready, placed, estimated, of } = state.progress;
  const isHere = link.value === 'here'; // or nobody knows how many are
  if (!of && !(isHere && howMany.value)) return null;
  let doing = ready ? areDone(ready, of) : '';
  if (state.phase === 'vote') doing = haveVoted(placed, of);
  if (state.phase === 'cut') doing = haveAnswered(estimated, of);
  return (
    <div class="figures">
      {isHere && <p>{plural(howMany.value, t('{n} person aboard'), t('{n} people aboard'))}</p>}
      {doing && <p>{doing}</p>}
    </div>
  );
}

function Stage() {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (!place.current) return undefined;
    const board = new Board(place.current, { store, t, view: 'screen', me: () => null });
    const stop = onDrag((move) => board.applyDrag(move));
    return () => {
      board.destroy();
      stop();
    };
  }, []);
  return (
    <div class="wall-stage">
      <div ref={place} class="wall-board" />
    </div>
  );
}

/** Where one types the code. */
const address = () => page.join_url.replace(/^https?:\/\//, '').replace(/\/w\/.*/, '');

/** Always in sight: latecomers and dead phones get back by it. */
function Door() {
  return (
    <div class="wall-join">
      <div>
        <p>{address()}</p>
        <p class="code">{page.code}</p>
      </div>
      <img src={at(`/w/${page.code}/qr.svg`)} alt={t('QR code of the address {url}', { url: page.join_url })} />
    </div>
  );
}

/** @param {{ state: import('../wire/wire').WorkshopRecord }} props */
function Aside({ state }) {
  if (state.phase === 'act' || state.phase === 'closed') return <ActionList />;
  if (state.phase === 'discuss' || (state.phase === 'cut' && !state.focus)) return <Ranked />;
  if (state.phase === 'cut' && state.focus) return <Rope id={state.focus} />;
  return state.phase === 'welcome' ? <Welcome /> : null;
}

/** How to come aboard, and in a series what became of last time's actions: people are still coming then. */
function Welcome() {
  const isSeries = ofType('action').some((action) => action.from);
  return (
    <>
      {isSeries && <ActionList title={t('What became of last time’s actions')} />}
      <Invitation />
    </>
  );
}

function Invitation() {
  return (
    <aside class="wall-side wall-invitation">
      <h2>{t('Come aboard')}</h2>
      <img src={at(`/w/${page.code}/qr.svg`)} alt="" />
      <p class="code">{page.code}</p>
      <p>{t('Scan this with your phone, or go to {address} and type the code.', { address: address() })}</p>
    </aside>
  );
}

function Ranked() {
  const ranked = targets().filter((target) => totalOn(target.id)).sort((one, other) => totalOn(other.id) - totalOn(one.id)).slice(0, 9);
  const focus = workshop.value?.focus ? get(workshop.value.focus) : null;
  return (
    <aside class="wall-side">
      {focus && <h2 dir="auto">{focus.title || focus.text}</h2>}
      {focus?.note && <p dir="auto">{focus.note}</p>}
      <h2>{t('In order of votes')}</h2>
      <ol>
        {ranked.map((target) => {
          const estimate = get(`estimate:${target.id}`);
          return (
            <li key={target.id}>
              <span dir="auto">{target.title || target.text}</span>{' '}
              <span class="total">{plural(totalOn(target.id), t('{n} vote'), t('{n} votes'))}{estimate?.median !== undefined && `, ${plural(estimate.median, t('{n} knot'), t('{n} knots'))}`}</span>
            </li>
          );
        })}
      </ol>
    </aside>
  );
}

/** @param {{ id: string }} props */
function Rope({ id }) {
  const target = get(id);
  if (!target) return null;
  return (
    <aside class="wall-side wall-rope">
      <h2 dir="auto">{target.title || target.text}</h2>
      <p>{t('If this rope were cut, how many knots would the boat gain?')}</p>
    </aside>
  );
}

/**
 * As many of a list as its place can hold: a wall is not scrolled.
 * @param {number} count
 * @returns {[import('preact').RefObject<HTMLElement | null>, number]} the place, and how many to show
 */
function useFitting(count) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const [shown, show] = useState(count);
  useLayoutEffect(() => show(count), [count]);
  useLayoutEffect(() => {
    const element = place.current;
    if (element && element.scrollHeight > element.clientHeight && shown > 1) show(shown - 1);
  });
  return [place, Math.min(shown, count)];
}

/** @param {{ title?: string }} props */
function ActionList({ title = t('Actions') }) {
  const actions = inOrder(ofType('action'));
  const [place, shown] = useFitting(actions.length);
  const more = actions.length - shown;
  return (
    <aside class="wall-side wall-actions" ref={place}>
      <h2>{title}</h2>
      <ul>{actions.slice(0, shown).map((action) => <Action key={action.id} action={action} />)}</ul>
      {more > 0 && <p class="by">{plural(more, t('and {n} more'), t('and {n} others'))}</p>}
      {!actions.length && <p>{t('Who does what, and by when?')}</p>}
    </aside>
  );
}

/** @param {{ action: any }} props */
function Action({ action }) {
  return (
    <li class={action.state}>
      {action.state === 'done' && <span>✓ <span class="visually-hidden">{t('done')}</span></span>}
      <strong dir="auto">{action.text}</strong>
      {action.state === 'proposed' && <span class="by">{t('proposed')}</span>}
      {(action.owner || action.due) && (
        <span class="by">
          <span dir="auto">{action.owner}</span>
          {action.owner && action.due && ' · '}
          {action.due && <span class="when">{day(action.due)}</span>}
        </span>
      )}
    </li>
  );
}
