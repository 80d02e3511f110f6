// Why one is not aboard yet: in words for whoever waits, and apart from those for whoever set up the server.
import { t } from '../../page/i18n.js';
import { trouble } from '../../sync/workshop.js';

/** @param {{ isOpen?: boolean }} props isOpen: all of it, where nobody can tap */
export function Trouble({ isOpen = false }) {
  if (!trouble.value) return null;
  if (trouble.value === 'unreachable') {
    return <p class="wrong" role="alert">{t('The server cannot be reached. Check your network: this page goes on trying by itself.')}</p>;
  }
  return (
    <div class="wrong" role="alert">
      <p>{t('The server answers, but this page cannot connect to the workshop. Please tell whoever invited you; it goes on trying by itself.')}</p>
      <details open={isOpen}>
        <summary>{t('For whoever runs the server')}</summary>
        <p>{t('It refuses connections from {origin}, or a proxy on the way changes Host or stops /socket.io/. SPEEDBOAT_PUBLIC_URL must be the address of this page; the proxy must pass on Host and WebSockets.', { origin: location.origin })}</p>
      </details>
    </div>
  );
}
