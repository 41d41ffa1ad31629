// The application's own store and exchange, sealed store included, as the module of `tests/bench/tablet`.
'use strict';

let session = '';
let listening = null;

const contender = {
    async begin(account, password) {
        await wasm_bindgen({ module_or_path: '/assets/tablet.wasm' });
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ account, password });
        const answer = await fetch('/api/v1/session', { method: 'POST', headers, body });
        session = await answer.text();
        if (!answer.ok) throw new Error(session);
        return true;
    },
    prepare: async (records) => new wasm_bindgen.Answers(session, JSON.stringify(records)),
    async ready(store, records) {
        store.make_ready(JSON.stringify(records));
        return records;
    },

    open: (name) => wasm_bindgen.Tablet.open(name, session),
    close: async (store) => store.close(),
    forget: (name) => new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
    }),
    // It is always strict.
    setStrict: () => {},

    insert: (store, answers) => store.insert(answers),
    count: (store) => store.count(),
    first: (store) => store.first(),
    save: (store) => store.save(),
    unsent: (store) => store.unsent(),
    catchUp: (store) => store.exchange(),
    push: (store) => store.exchange(),
    pull: (store) => store.exchange(),
    fillServer: (records) => wasm_bindgen.fill_server(session, JSON.stringify(records)),

    async live(_, there, seen) {
        await new Promise((resolve) => {
            there.listen(seen, resolve);
        });
        listening = there;
    },
    quiet: () => listening.hush(),
    async saveAndSend(store) {
        await store.save();
        await store.exchange();
    },
};
