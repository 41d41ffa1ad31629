// PouchDB as it comes, against its own server over CouchDB's protocol.
'use strict';

let isStrict = false;
let replications = [];

const transaction = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
    return transaction.call(this, stores, mode, isStrict ? { ...options, durability: 'strict' } : options);
};

const document_ = (record) => ({ _id: record.id, ...Object.fromEntries(record.fields) });
const remote = (name) => new PouchDB(`${location.origin}/db/${name}`);

const contender = {
    begin: async () => true,
    prepare: async (records) => records.map(document_),
    ready: async (_, records) => records.map(document_),

    async open(name) {
        const store = new PouchDB(name, { adapter: 'idb' });
        await store.info();
        return store;
    },
    close: (store) => store.close(),
    forget: (name) => new PouchDB(name, { adapter: 'idb' }).destroy(),
    setStrict: (is) => { isStrict = is; },

    async insert(store, documents) {
        return (await store.bulkDocs(documents)).length;
    },
    count: async (store) => (await store.info()).doc_count,
    first: async (store) => (await store.allDocs({ include_docs: true, limit: 50 })).rows.length,
    save: (store, record) => store.put(record),
    // What was written and has not been answered fails the replication.
    unsent: async () => 0,

    catchUp: async () => {},
    async push(store, name) {
        const { docs_written: written, doc_write_failures: failures } = await store.replicate.to(remote(name));
        if (failures !== 0 || written === 0) throw new Error('not everything was taken in');
    },
    pull: (store, name) => store.replicate.from(remote(name)),
    async fillServer(records) {
        for (let at = 0; at < records.length; at += 1000) {
            await remote('all').bulkDocs(records.slice(at, at + 1000).map(document_));
        }
        return records.length;
    },

    async live(here, there, seen) {
        replications = [
            here.replicate.to(remote('live'), { live: true }),
            there.replicate.from(remote('live'), { live: true }).on('change', (change) => seen(change.docs.length)),
        ];
    },
    quiet: () => replications.forEach((replication) => replication.cancel()),
    saveAndSend: (store, record) => store.put(record),
};
