//! The interface as its description promises it, asked with everything that the description allows and does not.

use std::{env, path::PathBuf, process::Stdio};

use futures_util::future::join_all;
use tokio::process::Command;

use crate::running::{Running, command, folder};

/// The folder with schemathesis; `cargo xtask test` installs it.
const PROGRAM: &str = "SCHEMATHESIS";

/// Examples of each operation, and the setting for more.
const EXAMPLES: &str = "4";
const EXAMPLES_VARIABLE: &str = "TISHENG_EXAMPLES";

/// What decides which, and its setting.
const SEED: &str = "2021";
const SEED_VARIABLE: &str = "TISHENG_EXAMPLES_SEED";

/// No defect, and nothing that is not described: neither a status nor a type nor a shape of an answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// What would end or change the session that asks, or never ends.
const LEFT_OUT: [&str; 3] = ["session_delete", "password_update", "events_show"];

/// Who asks: those who may read, judge, manage and audit.
const ACCOUNTS: [&str; 3] = ["gudong", "zhongdian", "admin"];

#[tokio::test]
async fn no_request_is_answered_with_a_defect_or_in_a_way_that_is_not_described() {
    let Some(program) = env::var_os(PROGRAM).map(PathBuf::from) else {
        println!("left out: `cargo xtask test server` installs what it takes");
        return;
    };
    let folder = folder();
    let mut demo = command(folder.path(), "127.0.0.1:0", &folder.path().join("data"));
    demo.arg("--demo").env("TISHENG_LOG", "error").stderr(Stdio::inherit());
    let mut server = Running::of(demo).await;
    let line = server.line_with("gudong").await;
    let password = line.split_whitespace().nth(1).unwrap().to_owned();
    let or = |name: &str, value: &str| env::var(name).unwrap_or_else(|_| value.to_owned());
    let (examples, seed) = (or(EXAMPLES_VARIABLE, EXAMPLES), or(SEED_VARIABLE, SEED));
    let mut asking = Vec::new();
    for account in ACCOUNTS {
        let cookie = server.log_in(account, &password).await;
        let mut ask = Command::new("python3");
        ask.args(["-m", "schemathesis.cli", "run", &format!("http://{}/api/openapi.json", server.address)]);
        ask.args(["--checks", CHECKS, "--max-examples", &examples, "--seed", &seed, "--no-color"]);
        ask.args(["--phases", "examples,coverage,fuzzing", "--header", &format!("Cookie: {cookie}")]);
        for operation in LEFT_OUT {
            ask.args(["--exclude-operation-id", operation]);
        }
        ask.env("PYTHONPATH", &program).current_dir(folder.path());
        asking.push(async move { (account, ask.output().await.unwrap()) });
    }
    // All at once: people do not wait for each other either.
    for (account, said) in join_all(asking).await {
        let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "{account}, seed {seed}:\n{text}");
    }
}
