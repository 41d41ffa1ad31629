//! Both databases have the same migrations, by name.

use std::collections::BTreeSet;

use crate::tree::{self, File};

const FOLDERS: [&str; 2] = ["server/migrations/sqlite", "server/migrations/postgres"];

fn check(files: &[File]) -> Vec<String> {
    let [sqlite, postgres] = FOLDERS
        .map(|folder| -> BTreeSet<&str> { files.iter().filter_map(|file| file.path.strip_prefix(folder)).collect() });
    sqlite.symmetric_difference(&postgres).map(|name| format!("{name}: in one of {FOLDERS:?} only")).collect()
}

#[test]
fn refuses_a_migration_of_one_database_only() {
    let file = |path: &str| File::sample(path, "");
    let pair = [file("server/migrations/sqlite/0001_a.sql"), file("server/migrations/postgres/0001_a.sql")];
    assert!(check(&pair).is_empty());
    let odd = file("server/migrations/sqlite/0002_b.sql");
    assert_eq!(check(&[pair.to_vec(), vec![odd]].concat()).len(), 1);
}

#[test]
fn both_databases_have_the_same_migrations() {
    tree::assert_none(&check(&tree::with_extension("sql")));
}
