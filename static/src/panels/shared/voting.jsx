// Blind votes, and the secret estimates of "cut the rope".
import '../first_load.js';
import { useState } from 'preact/hooks';
import { labelled, number, plural, t } from '../../page/i18n.js';
import { act, cards, get, isFacilitator, workshop } from '../../sync/workshop.js';
import { Sign } from './parts.jsx';
import { isTarget, kindsOf, mineOn, targets, totalOn, votesLeft } from './votes.js';
import { haveAnswered, haveVoted, kindName } from './words.js';

/** @param {{ target: string }} props */
export function VoteCount({ target }) {
  const vote = get(`vote:${target}`);
  if (!vote || vote.total === undefined) return null;
  return <span class="hint">{plural(vote.total, t('{n} vote'), t('{n} votes'))}</span>;
}

/** Places votes on a theme or card, and takes them back, wherever it is shown. @param {{ target: any }} props */
export function VoteButtons({ target }) {
  const settings = workshop.value?.settings;
  const mine = mineOn(target.id);
  const label = target.title || target.text;
  if (!settings) return null;
  return (
    <div class="row tight vote-buttons">
      <button type="button" class="plain" disabled={!mine} aria-label={labelled(t('Take one back'), label)} onClick={() => act('vote', { target: target.id, count: mine - 1 })}>−</button>
      <span class="grow" role="img" aria-label={plural(mine, t('{n} vote'), t('{n} votes'))}>
        {mine > settings.votes_per_theme && <span class="hint">{t('{n} at most here', { n: number(settings.votes_per_theme) })} </span>}
        {mine ? <span class="dots">{Array.from({ length: mine }, (_, i) => <span class="dot" key={i} />)}</span> : <span class="hint">{t('no vote')}</span>}
      </span>
      <button
        type="button" disabled={votesLeft() < 1 || mine >= settings.votes_per_theme} aria-label={labelled(t('Place a vote'), label)}
        onClick={() => act('vote', { target: target.id, count: mine + 1 })}
      >+</button>
    </div>
  );
}

/** The signs of what is in a theme, or of a card, with their names. @param {{ of: any }} props */
function Kinds({ of }) {
  return <span class="signs">{kindsOf(of).map((kind) => <span key={kind} class={`kind-${kind}`} role="img" aria-label={kindName(kind)}><Sign kind={kind} /></span>)}</span>;
}

/** The act of the phase for a card or theme, where that is shown: nothing where it has none. @param {{ record: any }} props */
export function ActHere({ record }) {
  const state = workshop.value;
  if (state?.phase === 'vote' && isTarget(record)) return <VoteButtons target={record} />;
  if (state?.phase === 'cut' && state.focus === record.id) return <Knots target={record.id} />;
  return null;
}

export function Voting() {
  const settings = workshop.value?.settings;
  const progress = workshop.value?.progress;
  if (!settings) return null;
  return (
    <section aria-labelledby="vote-title">
      <h2 id="vote-title" class="act" tabIndex={-1}>{t('My votes')}</h2>
      {progress && <p class="hint">{haveVoted(progress.placed, progress.of)}</p>}
      <ul class="list">
        {targets().map((target) => (
          <li key={target.id} class={`card kind-${kindsOf(target)[0]}`}>
            <p dir="auto"><Kinds of={target} /><strong>{target.title || target.text}</strong></p>
            {target.type === 'theme' && <p class="hint">{cards.value.filter((card) => card.theme === target.id).map((card) => card.text).slice(0, 3).join(' · ')}</p>}
            <VoteButtons target={target} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const KNOTS = [0, 1, 2, 3, 5, 8, 13];

export function Cutting() {
  const focus = workshop.value?.focus;
  const progress = workshop.value?.progress;
  const target = focus ? get(focus) : null;
  if (!target) return <p class="lead">{isFacilitator.value ? t('Show a brake on the big screen to have it estimated.') : t('The facilitator will choose a rope.')}</p>;
  return (
    <section aria-labelledby="cut-title">
      <h2 id="cut-title" class="act" tabIndex={-1} dir="auto">{target.title || target.text}</h2>
      <Knots target={target.id} />
      {progress && <p class="hint" role="status">{haveAnswered(progress.estimated, progress.of)}</p>}
    </section>
  );
}

/** @param {{ target: string }} props */
function Knots({ target }) {
  const mine = get(`estimate:${target}`)?.mine;
  return (
    <>
      <p class="lead">{t('How many knots would the boat gain?')}</p>
      <div class="row" role="group" aria-label={t('Knots')}>
        {KNOTS.map((knots) => (
          <button type="button" key={knots} aria-pressed={mine === knots} onClick={() => act('estimate', { target, knots: mine === knots ? null : knots })}>
            {knots}
          </button>
        ))}
      </div>
    </>
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
          <li key={target.id} class={`card kind-${kindsOf(target)[0]}`} aria-current={focus === target.id ? 'true' : undefined}>
            <p dir="auto"><Kinds of={target} /><strong>{target.title || target.text}</strong> <VoteCount target={target.id} /></p>
            <Estimated target={target.id} />
            {target.note && <p dir="auto">{target.note}</p>}
            <button type="button" class="plain" aria-label={labelled(t('Open'), target.title || target.text)} onClick={() => open(target.id)}>{t('Open')}</button>
            {isFacilitator.value && (
              <button type="button" class="plain" aria-pressed={focus === target.id} aria-label={labelled(t('Show on the big screen'), target.title || target.text)} onClick={() => act('focus', { target: focus === target.id ? null : target.id })}>{t('Show on the big screen')}</button>
            )}
          </li>
        ))}
      </ol>
      {ranked.length > 12 && !all && <button type="button" onClick={() => setAll(true)}>{t('Show all')}</button>}
    </section>
  );
}
