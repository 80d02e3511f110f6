// The service worker, where the browser allows one (https, or this machine): the page opens without a network. What the
// server sends always comes first, so that no page is older than it could be; a file named by its content never is.
const CACHE = 'speedboat';
const BASE = location.pathname.replace(/\/worker\.js$/, ''); // the path below which all of it is served
const MOST = 120; // files and pages kept
const SILENCE = 3000; // ms after which a network that says nothing is taken for none

/** @type {any} */
const worker = self;

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

// A page says what it was loaded from: the first visit went past this worker.
worker.addEventListener('message', (/** @type {any} */ event) => event.waitUntil(keep(event.data.files || [])));

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (event.request.mode === 'navigate') page(event, url.pathname);
  else if (url.pathname.startsWith(`${BASE}/static/`)) event.respondWith(file(event.request));
});

/**
 * What the server sends; else, where it cannot be reached or stays silent, what is kept. A network may be connected and
 * dead: without an end of our own a browser would wait for most of a minute.
 * @param {any} event @param {string} path a page is kept without what follows the "?"
 */
function page(event, path) {
  const answer = fetch(event.request);
  const copy = caches.match(path).catch(() => undefined);
  const silence = new Promise((end) => setTimeout(end, SILENCE));
  event.respondWith(
    Promise.race([answer, silence]).then(
      async (sent) => sent || (await copy) || answer,
      async () => (await copy) || answer,
    ),
  );
  // However late it comes.
  event.waitUntil(answer.then((sent) => keepPage(path, sent.clone()), () => {}));
}

/** @param {string} path @param {Response} answer */
async function keepPage(path, answer) {
  if (!answer.ok || answer.redirected || !/^\/(w\/[^/]+(\/(facilitate|screen))?)?$/.test(path.slice(BASE.length))) return;
  await (await caches.open(CACHE)).put(path, answer);
}

/** @param {Request} request */
async function file(request) {
  const cache = await caches.open(CACHE);
  const copy = await cache.match(request);
  if (copy) return copy;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/** @param {string[]} files */
async function keep(files) {
  const cache = await caches.open(CACHE);
  for (const name of files) {
    if (await cache.match(name)) continue;
    try {
      const answer = await fetch(name);
      if (answer.ok) await cache.put(name, answer);
    } catch {
      // Another time.
    }
  }
  // The oldest go first, but for what this page needs: a font lives through many front ends.
  const keys = await cache.keys();
  const spare = keys.filter((one) => !files.includes(new URL(one.url).pathname));
  for (const old of spare.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
}
