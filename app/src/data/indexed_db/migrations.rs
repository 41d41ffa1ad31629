//! How a database gets from one version to the next: add, then move, then delete; operations are never touched.

use indexed_db_futures::{Build, database::Database, error::Error};

/// Brings a database to [`super::schema::VERSION`]. `stores` are the object stores it should have.
pub(crate) fn upgrade(database: &Database, stores: &[&str]) -> Result<(), Error> {
    let present: Vec<String> = database.object_store_names().collect();
    for store in stores.iter().filter(|store| !present.iter().any(|name| name == *store)) {
        database.create_object_store(*store).build()?;
    }
    Ok(())
}
