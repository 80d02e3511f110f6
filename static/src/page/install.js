// Where it is allowed (https, or this machine), a service worker keeps the page for when there is no network.
import { at, page } from './page.js';

export async function install() {
  if (!('serviceWorker' in navigator) || page.view === 'screen') return;
  try {
    await navigator.serviceWorker.register(at('/worker.js'));
    const { active } = await navigator.serviceWorker.ready;
    const fetched = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
    active?.postMessage({ files: [location.pathname, ...fetched.filter((name) => name.startsWith(at('/static/')))] });
  } catch {
    // Private windows forbid it; everything but opening the page works without.
  }
}
