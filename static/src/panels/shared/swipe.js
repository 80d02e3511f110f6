// A thumb drawn across the page of a phone: from writing to the boat, and back from the bars, since on the boat itself
// it pans. The tabs remain the way that is seen; this only shortens it. Nothing is kept from the browser: who scrolls,
// selects, zooms or comes from the rim, where the phone's own gesture for "back" lives, is left alone.
import { useEffect, useRef } from 'preact/hooks';

const FAR = 64; // pixels across that are meant
const LEVEL = 2; // times as far across as up or down
const QUICK = 500; // ms; a finger that rests longer is about to select
const RIM = 24; // pixels
const GLIDE = { from: 40, ms: 160 }; // pixels the new part comes from
const WAY = { work: { to: 'board', by: -1, from: '.side, .now, .bar, .tabs' }, board: { to: 'work', by: 1, from: '.now, .bar, .tabs' } };
// What has its own use for a finger that moves.
const OWN = 'input, textarea, select, .weights, [role="dialog"], .sheet';

/** @param {string} at the part that is shown @param {(part: string) => void} go */
export function useSwipe(at, go) {
  const latest = useRef({ at, go });
  latest.current = { at, go };
  useEffect(() => {
    /** @type {{ x: number, y: number, time: number, way: typeof WAY.work } | null} */
    let begun = null;
    /** @param {TouchEvent} event */
    const start = (event) => {
      const way = WAY[/** @type {'work' | 'board'} */ (latest.current.at)];
      const [finger, second] = event.touches;
      begun = way && !second && mayBegin(/** @type {Element} */ (event.target), finger, way.from)
        ? { x: finger.clientX, y: finger.clientY, time: event.timeStamp, way }
        : null;
    };
    /** @param {TouchEvent} event */
    const end = (event) => {
      const swipe = begun;
      begun = null;
      if (!swipe || event.touches.length || event.timeStamp - swipe.time > QUICK || !getSelection()?.isCollapsed) return;
      const { clientX, clientY } = event.changedTouches[0];
      const across = (clientX - swipe.x) * swipe.way.by;
      if (across < FAR || across < LEVEL * Math.abs(clientY - swipe.y)) return;
      latest.current.go(swipe.way.to);
      glideIn(swipe.way);
    };
    const cancel = () => {
      begun = null;
    };
    const how = { passive: true };
    document.addEventListener('touchstart', start, how);
    document.addEventListener('touchend', end, how);
    document.addEventListener('touchcancel', cancel, how);
    return () => {
      document.removeEventListener('touchstart', start);
      document.removeEventListener('touchend', end);
      document.removeEventListener('touchcancel', cancel);
    };
  }, []);
}

/** @param {Element} target @param {Touch} finger @param {string} from */
function mayBegin(target, finger, from) {
  if (!target.closest(from) || target.closest(OWN) || matchMedia('(min-width: 900px)').matches) return false;
  if (finger.clientX < RIM || finger.clientX > innerWidth - RIM) return false;
  if ((window.visualViewport?.scale || 1) > 1.01 || !getSelection()?.isCollapsed) return false;
  return !scrollsAcross(target);
}

/** Whether something around an element is wider than its window, and can be pushed aside. @param {Element | null} element */
function scrollsAcross(element) {
  for (let one = element; one && one !== document.body; one = one.parentElement) {
    if (one.scrollWidth > one.clientWidth && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX)) return true;
  }
  return false;
}

/** A little of the way, as if it had been pulled in; not for those who asked for stillness. @param {typeof WAY.work} way */
function glideIn(way) {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  requestAnimationFrame(() => {
    const part = document.querySelector(way.to === 'board' ? '.stage' : '.side');
    part?.animate?.([{ transform: `translateX(${-way.by * GLIDE.from}px)` }, { transform: 'none' }], { duration: GLIDE.ms, easing: 'ease-out' });
  });
}
