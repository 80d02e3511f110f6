// The phone's "back": from an opened card to the page, from another part to the first, and only then out of the workshop.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const entry = () => Boolean(history.state?.away);

/**
 * @param {boolean} isAway whether there is something to come back from
 * @param {() => void} comeBack one step
 */
export function useBack(isAway, comeBack) {
  const latest = useRef({ isAway, comeBack });
  latest.current = { isAway, comeBack };
  const isReturning = useRef(false);
  const [step, count] = useState(0);
  useLayoutEffect(() => {
    if (isReturning.current) return;
    if (isAway && !entry()) history.pushState({ away: true }, '');
    else if (!isAway && entry()) {
      // Come back by a tab: "back" is not to be pressed once more for that.
      isReturning.current = true;
      history.back();
    }
  }, [isAway, step]);
  useEffect(() => {
    const popped = () => {
      if (entry()) return;
      if (!isReturning.current && latest.current.isAway) latest.current.comeBack();
      isReturning.current = false;
      count((n) => n + 1); // there may be another step to come back by
    };
    window.addEventListener('popstate', popped);
    return () => window.removeEventListener('popstate', popped);
  }, []);
}
