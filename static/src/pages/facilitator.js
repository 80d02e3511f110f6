// The facilitator's page.
import { start } from './start.jsx';

start();
