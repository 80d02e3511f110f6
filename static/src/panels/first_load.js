// What every page of a workshop has from its first load on. Each part that is fetched later imports this, so that the
// build puts all of it into one file: otherwise whatever only some parts share would become a file, and a request, of
// its own.
import '../page/clipboard.js';
import '../page/ids.js';
import '../sync/draft.js';
import '../sync/rights.js';
import './participant/compose.jsx';
import './participant/join.jsx';
import './participant/my_cards.jsx';
import './shared/arrival.jsx';
import './shared/excess.jsx';
import './shared/lazy.jsx';
import './shared/swipe.js';
import './shared/timer.jsx';
import './shared/trouble.jsx';
import './shared/unsent.jsx';
