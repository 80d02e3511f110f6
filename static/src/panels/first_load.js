// What every page of a workshop has from its first load on. Each part that is fetched later imports this, which keeps
// the first load in few files: otherwise whatever only some of them share would become a file, and a request, of its own.
import './shell.jsx';
