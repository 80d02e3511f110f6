// The shared timer: the same second on all devices, by the server's clock.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../page/i18n.js';
import { now, workshop } from '../../sync/workshop.js';

/** @param {import('../../wire/wire').Timer} timer @returns {number} seconds left, never below 0 */
export function secondsLeft(timer) {
  const left = timer.left !== undefined ? timer.left : (timer.ends || 0) - now();
  return Math.max(0, Math.ceil(left / 1000));
}

/** @param {number} seconds */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

export function Timer() {
  const timer = workshop.value?.timer;
  const [, tick] = useState(0);
  useEffect(() => {
    if (!timer || timer.ends === undefined) return undefined;
    const beat = setInterval(() => tick((n) => n + 1), 250);
    return () => clearInterval(beat);
  }, [timer]);
  if (!timer) return null;
  const seconds = secondsLeft(timer);
  return (
    <span class={`timer${seconds ? '' : ' over'}`} role="timer" aria-label={t('Time left')} data-longest={t('Time is up')}>
      <span>{seconds ? clock(seconds) : t('Time is up')}</span>
      {timer.left !== undefined && <span class="visually-hidden"> ({t('paused')})</span>}
    </span>
  );
}
