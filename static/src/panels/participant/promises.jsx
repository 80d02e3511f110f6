// What whoever comes by the code is told before they join: what happens with their name and their cards.
import { t } from '../../page/i18n.js';
import { page } from '../../page/page.js';

/** Said before anybody writes, and never behind a link. Nothing is promised that the server has not said. */
export function Promises() {
  const { anonymous } = page;
  if (anonymous === undefined) return null;
  return (
    <ul class="promises">
      <li>
        <Picture path="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7zm10-3a3 3 0 1 0 0 6 3 3 0 0 0 0-6z" />
        {anonymous ? t('Only facilitators see this name, and that you are aboard.') : t('You appear aboard under this name; without one, as “Someone”.')}
      </li>
      <li>
        <Picture path="M3 5h18v14H3zM7 10h10M7 14h6" />
        {anonymous ? t('Your cards carry no name: nobody is shown who wrote what.') : t('Your name stands on your cards once they are shown.')}
      </li>
      <li>
        <Picture path="M6 3h12M6 21h12M7 3c0 9 10 9 10 18M17 3c0 9-10 9-10 18" />
        {page.storage}
      </li>
    </ul>
  );
}

/** @param {{ path: string }} props */
const Picture = ({ path }) => <svg viewBox="0 0 24 24" class="sign drawn" aria-hidden="true"><path d={path} /></svg>;
