// The floor: what a person writes by hand on plain IndexedDB and one POST, one record a put, nothing encrypted.
'use strict';

const STORE = 'records';
let durability = 'default';
let stream = null;

const answered = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
});

function put(store, records) {
    return new Promise((resolve, reject) => {
        const transaction = store.transaction(STORE, 'readwrite', { durability });
        const objects = transaction.objectStore(STORE);
        for (const record of records) objects.put(record);
        transaction.oncomplete = () => resolve(records.length);
        transaction.onabort = () => reject(transaction.error);
    });
}

const objects = (store) => store.transaction(STORE).objectStore(STORE);
const plain = (record) => ({ id: record.id, ...Object.fromEntries(record.fields) });

async function gzip(text) {
    return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
}

async function post(records) {
    const body = await gzip(JSON.stringify(records));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await fetch('/records', { method: 'POST', headers, body });
    if (await answer.text() !== String(records.length)) throw new Error('not everything was taken in');
}

const contender = {
    begin: async () => true,
    prepare: async (records) => records.map(plain),
    ready: async (_, records) => records.map((record) => ({ ...plain(record), unsent: true })),

    async open(name) {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
        return answered(request);
    },
    close: async (store) => store.close(),
    forget: (name) => answered(indexedDB.deleteDatabase(name)),
    setStrict: (isStrict) => { durability = isStrict ? 'strict' : 'default'; },

    insert: put,
    count: (store) => answered(objects(store).count()),
    // A ledger that is filtered and sorted needs them all.
    first: async (store) => (await answered(objects(store).getAll())).slice(0, 50).length,
    // The least that shows something.
    firstOnly: async (store) => (await answered(objects(store).getAll(null, 50))).length,
    save: (store, record) => put(store, [record]),
    unsent: async (store) => (await answered(objects(store).getAll())).filter((record) => record.unsent).length,

    catchUp: async () => {},
    async push(store) {
        const sent = (await answered(objects(store).getAll())).filter((record) => record.unsent);
        sent.forEach((record) => { delete record.unsent; });
        await post(sent);
        await put(store, sent);
    },
    async pull(store) {
        return put(store, await (await fetch('/records')).json());
    },
    async fillServer(records) {
        for (let at = 0; at < records.length; at += 1000) await post(records.slice(at, at + 1000).map(plain));
        return records.length;
    },

    /// Listens as most do: an event says that there is something, and it is asked for.
    async live(_, there, seen) {
        let after = Number(await (await fetch('/records/count')).text());
        stream = new EventSource('/events');
        stream.onmessage = async () => {
            const records = await (await fetch(`/records?after=${after}`)).json();
            after += records.length;
            seen(await put(there, records));
        };
        await new Promise((resolve) => { stream.onopen = resolve; });
    },
    quiet: () => stream.close(),
    async saveAndSend(store, record) {
        await put(store, [record]);
        const { unsent, ...sent } = record;
        await post([sent]);
    },
};
