// What is measured, whoever is measured: each page brings a `contender` with the same verbs. Times are of real work
// that was awaited to its end; what only prepares it is not in them.
'use strict';

/// Saves between two looks at the clock, which a browser shows in steps of a tenth of a millisecond.
const SAVES_TOGETHER = 5;

let counter = 0;
const freshName = () => `bench-${Date.now()}-${counter += 1}`;

async function timed(work) {
    const start = performance.now();
    const value = await work();
    return [performance.now() - start, value];
}

function expect(is, wanted, what) {
    if (is !== wanted) throw new Error(`${what}: ${is} in the place of ${wanted}`);
}

const measure = {
    begin: (...settings) => contender.begin(...settings),

    /// Fills a new store with records in one go, closes it and opens it again until the first 50 can be read.
    async fillAndOpen(size, verb) {
        const name = freshName();
        const prepared = await contender.prepare(recordsFrom(1, size));
        let store = await contender.open(name);
        const [fill] = await timed(() => contender.insert(store, prepared));
        await contender.close(store);
        const [open, found] = await timed(async () => {
            store = await contender.open(name);
            return contender[verb](store);
        });
        if (found < 50) throw new Error(`only ${found} can be read`);
        expect(await contender.count(store), size, 'records in the store');
        await contender.close(store);
        await contender.forget(name);
        return [fill, open];
    },

    /// The times of single saves, one after the other, into a store of so many records.
    async save(size, times, isStrict) {
        const name = freshName();
        const store = await contender.open(name);
        await contender.insert(store, await contender.prepare(recordsFrom(1, size)));
        contender.setStrict(isStrict);
        const saves = [];
        for (let round = 0; round < times; round += 1) {
            const records = await contender.ready(store, recordsFrom(size + 1 + round * SAVES_TOGETHER, SAVES_TOGETHER));
            const [took] = await timed(async () => {
                for (const record of records) await contender.save(store, record);
            });
            saves.push(took / SAVES_TOGETHER);
        }
        contender.setStrict(false);
        expect(await contender.count(store), size + times * SAVES_TOGETHER, 'records after the saves');
        await contender.close(store);
        await contender.forget(name);
        return saves;
    },

    /// Writes records without a network into a new store; the next call sends them.
    async writeOffline(first, count) {
        const name = freshName();
        const store = await contender.open(name);
        await contender.catchUp(store);
        for (const record of await contender.ready(store, recordsFrom(first, count))) {
            await contender.save(store, record);
        }
        measure.written = [name, store];
        return count;
    },

    /// Sends what the call before wrote, until it is acknowledged.
    async push() {
        const [name, store] = measure.written;
        const [took] = await timed(() => contender.push(store, name));
        expect(await contender.unsent(store), 0, 'unsent records');
        await contender.close(store);
        await contender.forget(name);
        return took;
    },

    /// Gives the server so many more records.
    fillServer: (first, count) => contender.fillServer(recordsFrom(first, count)),

    /// Pulls all that the server has into an empty store.
    async pull(count) {
        const name = freshName();
        const store = await contender.open(name);
        const [took] = await timed(() => contender.pull(store, 'all'));
        expect(await contender.count(store), count, 'records pulled');
        await contender.close(store);
        await contender.forget(name);
        return took;
    },

    /// How long after a save begins on one tablet another one holds it, again and again.
    async visible(first, times) {
        const names = [freshName(), freshName()];
        const [here, there] = [await contender.open(names[0]), await contender.open(names[1])];
        await contender.pull(here, 'live');
        await contender.pull(there, 'live');
        let [arrived, wanted, told] = [0, 0, null];
        await contender.live(here, there, (count) => {
            arrived += count;
            if (told && arrived >= wanted) told(performance.now());
        });
        const took = [];
        for (const record of await contender.ready(here, recordsFrom(first, times))) {
            wanted += 1;
            const seen = new Promise((resolve) => { told = resolve; });
            const start = performance.now();
            await contender.saveAndSend(here, record);
            took.push(await seen - start);
        }
        contender.quiet();
        for (const store of [here, there]) await contender.close(store);
        for (const name of names) await contender.forget(name);
        return took;
    },
};
