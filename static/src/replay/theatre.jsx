// The replay: the boat over time, with play, speed and a slider. Space plays, arrows step.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Board } from '../board/board.js';
import { moment, t } from '../page/i18n.js';
import { page } from '../page/page.js';
import { phaseName } from '../panels/shared/words.js';
import { fetchFrames } from './frames.js';
import { Reel } from './reel.js';

const SPEEDS = [120_000, 60_000, 20_000]; // ms that the whole replay takes
const STEPS = 60; // that the arrow keys make of the whole
const NARROW = 14; // per cent of the slider that the name of a step needs
const STILL = 1000; // ms between two states for who wants no motion
const SLOWEST_FRAME = 100; // ms; a tab that was away does not jump

export function Theatre() {
  const [reel, setReel] = useState(/** @type {Reel | null} */ (null));
  const [wrong, setWrong] = useState('');
  useEffect(() => {
    fetchFrames().then((frames) => {
      const wound = new Reel(frames);
      wound.seek(0);
      setReel(wound);
    }, (error) => setWrong(error.message || t('The server cannot be reached. Please try again.')));
  }, []);
  if (wrong) return <main class="theatre"><p class="theatre-note" role="alert">{wrong}</p></main>;
  if (!reel) return <main class="theatre"><p class="theatre-note" role="status">{t('Winding back…')}</p></main>;
  return <Show reel={reel} />;
}

/** @param {{ reel: Reel }} props */
function Show({ reel }) {
  const [time, setTime] = useState(0);
  const [playing, play] = useState(false);
  const [speed, setSpeed] = useState(1);
  const store = useRef(/** @type {ReturnType<typeof storeOf> | null} */ (null));
  store.current ??= storeOf(reel);
  /** @param {number} to */
  const seek = (to) => {
    const inside = Math.min(reel.length, Math.max(0, to));
    store.current?.tell(reel.seek(inside));
    setTime(inside);
  };
  const toggle = () => {
    if (!playing && time >= reel.length) seek(0);
    play(!playing);
  };
  usePlaying({ playing, pace: reel.length / SPEEDS[speed], time, seek, stop: () => play(false), length: reel.length });
  useKeys({ toggle, step: (by) => { play(false); seek(time + (by * reel.length) / STEPS); }, seek, length: reel.length });
  const state = reel.records.get('workshop');
  const label = momentName(reel.at, state?.phase);
  return (
    <main class="theatre">
      <header class="theatre-bar">
        <h1 dir="auto">{state?.title}</h1>
        <p class="theatre-when">{label}</p>
      </header>
      <Stage store={store.current} />
      <div class="theatre-controls">
        <button type="button" class="primary" onClick={toggle}>{playing ? t('Pause') : t('Play')}</button>
        <div class="theatre-slide">
          <Phases reel={reel} />
          <input
            type="range" min="0" max={Math.max(1, reel.length)} step="any" value={time} aria-label={t('Moment of the workshop')} aria-valuetext={label}
            onInput={(event) => { play(false); seek(Number(event.currentTarget.value)); }}
          />
        </div>
        <Speed speed={speed} choose={setSpeed} />
      </div>
    </main>
  );
}

/** @param {{ speed: number, choose: (speed: number) => void }} props */
function Speed({ speed, choose }) {
  return (
    <label class="theatre-speed">
      <span class="visually-hidden">{t('Speed')}</span>
      <select value={speed} onChange={(event) => choose(Number(event.currentTarget.value))}>
        {[t('Slow'), t('Medium'), t('Fast')].map((name, i) => <option key={name} value={i}>{name}</option>)}
      </select>
    </label>
  );
}

/** The steps along the slider, for the eye: the slider says them too. @param {{ reel: Reel }} props */
function Phases({ reel }) {
  const phases = reel.phases();
  return (
    <div class="theatre-phases" aria-hidden="true">
      {phases.map(({ time, phase }, i) => {
        const until = i + 1 < phases.length ? phases[i + 1].time : reel.length;
        const share = reel.length ? ((until - time) / reel.length) * 100 : 0;
        return (
          <span key={time} style={{ width: `${share}%` }}>{share > NARROW && phaseName(/** @type {any} */ (phase))}</span>
        );
      })}
    </div>
  );
}

/** @param {{ store: any }} props */
function Stage({ store }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (!place.current) return undefined;
    const board = new Board(place.current, { store, t, view: 'screen', me: () => null });
    return () => board.destroy();
  }, []);
  return <div class="theatre-stage" role="region" aria-label={t('The boat')}><div ref={place} class="theatre-board" /></div>;
}

/** What the board needs, of a reel rather than of the live workshop. @param {Reel} reel */
function storeOf(reel) {
  /** @type {Set<(ids: Set<string>) => void>} */
  const listeners = new Set();
  return {
    get: (/** @type {string} */ id) => reel.records.get(id),
    ofType: (/** @type {string} */ type) => [...reel.records.values()].filter((record) => record.id.split(':')[0] === type),
    workshop: () => reel.records.get('workshop'),
    subscribe: (/** @type {(ids: Set<string>) => void} */ listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    tell: (/** @type {Set<string>} */ ids) => { if (ids.size) for (const listener of listeners) listener(ids); },
  };
}

/** @param {{ playing: boolean, pace: number, time: number, length: number, seek: (to: number) => void, stop: () => void }} how */
function usePlaying({ playing, pace, time, length, seek, stop }) {
  const now = useRef(time);
  now.current = time;
  useEffect(() => {
    if (!playing) return undefined;
    let frame = 0;
    let before = performance.now();
    // Who wants less motion sees the board jump from state to state.
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const tick = (/** @type {number} */ at) => {
      if (still && at - before < STILL) {
        frame = requestAnimationFrame(tick);
        return;
      }
      const to = now.current + Math.min(still ? STILL : SLOWEST_FRAME, at - before) * pace;
      before = at;
      seek(to);
      if (to >= length) stop();
      else frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [playing, pace]);
}

/** @param {{ toggle: () => void, step: (by: number) => void, seek: (to: number) => void, length: number }} acts */
function useKeys({ toggle, step, seek, length }) {
  // Before the next paint, not after it: a key is heard as soon as the slider is seen.
  useLayoutEffect(() => {
    const key = (/** @type {KeyboardEvent} */ event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (target.closest('select, button') && event.key === ' ') return;
      if (target.closest('select') || event.ctrlKey || event.metaKey || event.altKey) return;
      /** @type {Record<string, () => void>} */
      const acts = { ' ': toggle, ArrowLeft: () => step(-1), ArrowRight: () => step(1), Home: () => seek(0), End: () => seek(length) };
      if (!acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  });
}

/** @param {number} at @param {string | undefined} phase */
function momentName(at, phase) {
  return phase ? `${moment(at)} · ${phaseName(/** @type {any} */ (phase))}` : moment(at);
}
