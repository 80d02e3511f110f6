// Blind votes, and the secret estimates of "cut the rope".
import '../first_load.js';
import { useState } from 'preact/hooks';
import { number, plural, t } from '../../page/i18n.js';
import { act, cards, get, isFacilitator, ofType, themes, workshop } from '../../sync/workshop.js';
import { haveAnswered, haveVoted } from './words.js';

/** Themes, and cards without one: what can be voted for. */
export function targets() {
  return [...themes.value, ...cards.value.filter((card) => !card.theme && card.text !== undefined && card.held === undefined)];
}

/** @param {string} id */
const mineOn = (id) => get(`vote:${id}`)?.mine || 0;
/** @param {string} id */
export const totalOn = (id) => get(`vote:${id}`)?.total || 0;

/** @param {{ target: string }} props */
export function VoteCount({ target }) {
  const vote = get(`vote:${target}`);
  if (!vote || vote.total === undefined) return null;
  return <span class="hint">{plural(vote.total, t('{n} vote'), t('{n} votes'))}</span>;
}

export function Voting() {
  const settings = workshop.value?.settings;
  const progress = workshop.value?.progress;
  if (!settings) return null;
  const spent = ofType('vote').reduce((sum, vote) => sum + (vote.mine || 0), 0);
  const left = Math.max(0, settings.votes_each - spent);
  return (
    <section aria-labelledby="vote-title">
      <h2 id="vote-title">{t('My votes')}</h2>
      <p class="lead" role="status">
        <span class="figure">{left}</span> {plural(left, t('vote left to place'), t('votes left to place'))}
      </p>
      {progress && <p class="hint">{haveVoted(progress.voted, progress.of)}</p>}
      <ul class="list">
        {targets().map((target) => {
          const mine = mineOn(target.id);
          const label = target.title || target.text;
          return (
            <li key={target.id} class={`card kind-${target.kind || 'anchor'}`}>
              <p dir="auto"><strong>{label}</strong></p>
              {target.type === 'theme' && <p class="hint">{cards.value.filter((card) => card.theme === target.id).map((card) => card.text).slice(0, 3).join(' · ')}</p>}
              <div class="row tight">
                <button type="button" class="plain" disabled={!mine} aria-label={`${t('Take one back')}: ${label}`} onClick={() => act('vote', { target: target.id, count: mine - 1 })}>−</button>
                <span class="grow" aria-label={plural(mine, t('{n} vote'), t('{n} votes'))}>
                  {mine ? <span class="dots">{Array.from({ length: mine }, (_, i) => <span class="dot" key={i} />)}</span> : <span class="hint">{t('no vote')}</span>}
                </span>
                <button
                  type="button" disabled={!left || mine >= settings.votes_per_theme} aria-label={`${t('Place a vote')}: ${label}`}
                  onClick={() => act('vote', { target: target.id, count: mine + 1 })}
                >+</button>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const KNOTS = [0, 1, 2, 3, 5, 8, 13];

export function Cutting() {
  const focus = workshop.value?.focus;
  const progress = workshop.value?.progress;
  const target = focus ? get(focus) : null;
  if (!target) return <p class="lead">{isFacilitator.value ? t('Put a brake in focus to have it estimated.') : t('The facilitator will choose a rope.')}</p>;
  const estimate = get(`estimate:${focus}`);
  return (
    <section aria-labelledby="cut-title">
      <h2 id="cut-title" dir="auto">{target.title || target.text}</h2>
      <p class="lead">{t('How many knots would the boat gain?')}</p>
      <div class="row" role="group" aria-label={t('Knots')}>
        {KNOTS.map((knots) => (
          <button type="button" key={knots} aria-pressed={estimate?.mine === knots} onClick={() => act('estimate', { target: focus, knots: estimate?.mine === knots ? null : knots })}>
            {knots}
          </button>
        ))}
      </div>
      {progress && <p class="hint" role="status">{haveAnswered(progress.estimated, progress.of)}</p>}
    </section>
  );
}

/** @param {{ target: string }} props */
export function Estimated({ target }) {
  const estimate = get(`estimate:${target}`);
  if (!estimate || estimate.n === undefined) return null;
  if (estimate.median === undefined) {
    return <p class="hint">{plural(estimate.n, t('{n} answer: knots are shown from three on'), t('{n} answers: knots are shown from three on'))}</p>;
  }
  const spread = t('from {low} to {high}', { low: number(estimate.low), high: number(estimate.high) });
  return (
    <p class="hint">
      {`${plural(estimate.median, t('{n} knot gained'), t('{n} knots gained'))} (${spread}, ${plural(estimate.n, t('{n} answer'), t('{n} answers'))})`}
    </p>
  );
}

/** What to talk about, the most voted first. @param {{ open: (id: string) => void }} props */
export function Ranking({ open }) {
  const ranked = targets().filter((target) => target.type === 'theme' || totalOn(target.id)).sort((one, other) => totalOn(other.id) - totalOn(one.id));
  const focus = workshop.value?.focus;
  const [all, setAll] = useState(false);
  if (!ranked.length) return null;
  return (
    <section aria-labelledby="ranking-title">
      <h2 id="ranking-title">{t('In order of votes')}</h2>
      <ol class="list">
        {ranked.slice(0, all ? undefined : 12).map((target) => (
          <li key={target.id} class={`card kind-${target.kind || 'anchor'}`} aria-current={focus === target.id ? 'true' : undefined}>
            <p dir="auto"><strong>{target.title || target.text}</strong> <VoteCount target={target.id} /></p>
            <Estimated target={target.id} />
            {target.note && <p dir="auto">{target.note}</p>}
            <button type="button" class="plain" aria-label={`${t('Open')}: ${target.title || target.text}`} onClick={() => open(target.id)}>{t('Open')}</button>
            {isFacilitator.value && (
              <button type="button" class="plain" aria-pressed={focus === target.id} aria-label={`${t('Focus')}: ${target.title || target.text}`} onClick={() => act('focus', { target: focus === target.id ? null : target.id })}>{t('Focus')}</button>
            )}
          </li>
        ))}
      </ol>
      {ranked.length > 12 && !all && <button type="button" onClick={() => setAll(true)}>{t('Show all')}</button>}
    </section>
  );
}
