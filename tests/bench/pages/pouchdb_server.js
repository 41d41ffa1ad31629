// PouchDB's own server, which speaks CouchDB's protocol, over LevelDB in a folder; it also hands out the pages.
'use strict';

const [, , modules, folder, pages] = process.argv;
const load = (name) => require(require.resolve(name, { paths: [modules] }));
const express = load('express');
const PouchDB = load('pouchdb').defaults({ prefix: `${folder}/` });

const app = express();
app.use('/db', load('express-pouchdb')(PouchDB, { mode: 'minimumForPouchDB', inMemoryConfig: true }));
app.use('/pouchdb.min.js', express.static(`${modules}/node_modules/pouchdb/dist/pouchdb.min.js`));
app.use(express.static(pages));
const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
