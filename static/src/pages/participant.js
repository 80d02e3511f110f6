// The participant's page.
import { start } from './start.jsx';

start();
