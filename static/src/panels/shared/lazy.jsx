// Parts of the page that are fetched once they are wanted, or when nothing else is going on: what is not needed to
// write a first card does not hold it up.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../page/i18n.js';
import { at, page } from '../../page/page.js';
import { install } from '../../page/install.js';

const AGAIN = 3000; // ms before another try
const FIRST_CARD = 600; // ms for the page to show where one writes
const MOMENT = 30; // ms for whatever else wants to be done

/** @type {(() => Promise<unknown>)[]} */
const parts = [];

/**
 * A component that is fetched when it is first shown.
 * @param {string} name of the file that has it, without its ending
 * @param {() => Promise<(props: any) => any>} take
 * @returns {(props: any) => any}
 */
export function lazy(name, take) {
  const part = fetchedOnce(name, take);
  return function Lazy(props) {
    const [, arrived] = useState(0);
    const [failed, fail] = useState(false);
    const Part = part.now;
    useEffect(() => {
      // What was drawn counts, not what is here by now: a part that came in between is still to be shown.
      if (Part) return undefined;
      let timer = 0;
      let isWanted = true;
      const attempt = () =>
        part.load().then(
          () => isWanted && arrived((n) => n + 1),
          () => {
            if (!isWanted) return;
            fail(true);
            timer = window.setTimeout(attempt, AGAIN);
          },
        );
      attempt();
      return () => {
        isWanted = false;
        clearTimeout(timer);
      };
    }, []);
    if (Part) return <Part {...props} />;
    return failed ? <Missing /> : <p class="hint panel" role="status" data-part="coming">{t('One moment…')}</p>;
  };
}

/**
 * What a file holds, fetched once; fetched again if it could not be had. All are fetched by `prefetch`.
 * @template Thing
 * @param {string} name of the file, without its ending
 * @param {() => Promise<Thing>} take
 */
export function fetchedOnce(name, take) {
  /** @type {Promise<Thing> | undefined} */
  let under;
  const part = {
    /** @type {Thing | undefined} */
    now: undefined,
    load() {
      under ??= Promise.all([arrive(name).then(take), laterSentences()]).then(([thing]) => (part.now = thing));
      under.catch(() => (under = undefined));
      return under;
    },
  };
  parts.push(part.load);
  return part;
}

/**
 * The files of a part are here. Most browsers remember a failed `import` for the life of the page, and never ask for that
 * file again; a `fetch` may fail as often as it likes, and what it got is in the browser's cache when it is imported.
 * @param {string} name
 */
function arrive(name) {
  const files = page.parts?.[name] || [];
  return Promise.all(files.filter((file) => !here.has(file)).map((file) => get(at(`/static/dist/${file}`)).then(() => here.add(file))));
}

/** @type {Set<string>} files of parts that have been fetched */
const here = new Set();

/** @param {string} address */
async function get(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(address);
  return answer.text();
}

/** @type {Promise<void> | undefined} */
let sentences;

/** What the parts say in the page's language comes with the first of them. */
function laterSentences() {
  sentences ??= page.later ? get(at(page.later)).then((text) => void Object.assign(page.messages, JSON.parse(text))) : Promise.resolve();
  sentences.catch(() => (sentences = undefined));
  return sentences;
}

/** Nothing written is lost by loading the page anew. */
function Missing() {
  return (
    <div class="panel" role="status">
      <p>{t('This part could not be fetched. You can go on writing meanwhile.')}</p>
      <button type="button" onClick={() => location.reload()}>{t('Load the page again')}</button>
    </div>
  );
}

/** Fetch all the rest, one after the other, once the page has nothing better to do: then it is there without a network. */
export function prefetch() {
  let fetched = 0;
  // Safari has no word for idle. Once a part has come, a moment without one is as good: a whole pause before each of a
  // score of parts would leave the page without them for ten seconds.
  const idle = window.requestIdleCallback || ((/** @type {() => void} */ then) => setTimeout(then, fetched ? MOMENT : FIRST_CARD));
  const next = () => {
    const load = parts[fetched++]; // parts bring parts of their own
    if (load) load().then(() => idle(next), () => idle(next));
    else install();
  };
  idle(next);
}
