//! A small district, and a browser's view of its server.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, SaltString},
};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::{
    app::App,
    blobs::folder::Folder,
    clock::Clock,
    router::router,
    signing::SigningKey,
    store::{Account, CampaignRecord, SharedStore, sqlite::SqliteStore},
};
use shared::{
    api::{PROTOCOL, SyncResponse, path},
    audit::Deed,
    campaign::{Campaign, Targets},
    id::{ActorId, CampaignId, OperationId, PersonId, RecordId, UnitId},
    merge::{
        operation::{Body as OperationBody, FieldEdit, Mark, Operation, SCHEMA},
        stamp::Stamp,
    },
    period::By,
    person::{Person, Role},
    record::RecordKind,
    unit::{Group, Unit},
};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

pub const PASSWORD: &str = "正确的密码2021!";
pub const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(1));
/// 2021-06-23 10:00 in Fuzhou.
pub const NOON_MS: u64 = 1_624_413_600_000;

pub const EAST: UnitId = UnitId(Uuid::from_u128(101));
pub const WEST: UnitId = UnitId(Uuid::from_u128(102));

/// Account, unit, role.
const PEOPLE: [(&str, UnitId, Role); 9] = [
    ("east", EAST, Role::Filer),
    ("east.sh", EAST, Role::UnitReviewer),
    ("west", WEST, Role::Filer),
    ("rd", WEST, Role::Verifier),
    ("zhongdian", WEST, Role::CampaignOffice),
    ("leader", WEST, Role::Leader),
    ("admin", WEST, Role::Administrator),
    ("zhongdian2", WEST, Role::CampaignOffice),
    ("shenji", WEST, Role::Auditor),
];

pub struct World {
    pub app: Arc<App>,
    pub router: Router,
    pub now_ms: Arc<AtomicU64>,
    pub folder: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }
}

/// A browser with a session.
#[derive(Clone)]
pub struct Client {
    pub router: Router,
    pub cookie: String,
}

/// The hash of [`PASSWORD`], made with little work, as it says itself: hundreds of tests log in.
fn cheap_hash() -> String {
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
    let salt = SaltString::encode_b64(b"salt of the tests").unwrap();
    hasher.hash_password(PASSWORD.as_bytes(), &salt).unwrap().to_string()
}

impl World {
    /// A district with people, whose log is empty.
    pub async fn new() -> Self {
        let world = Self::empty().await;
        let hash = cheap_hash();
        let accounts: Vec<Account> =
            (0..PEOPLE.len()).map(|place| Account { person: person(place), password: hash.clone() }).collect();
        world.app.store.create_campaign(&district(), &accounts).await.unwrap();
        world.app.open_ledger().await.unwrap();
        world
    }

    /// The same, with somebody in each role. It begins in 2020, so that a test may let it be any month of 2021.
    pub async fn with_every_role() -> Self {
        let world = Self::new().await;
        world.now_ms.store(NOON_MS - 365 * 86_400_000, Ordering::Relaxed);
        let hash = cheap_hash();
        let by = By { person: id_of("admin"), at_ms: NOON_MS };
        for (n, account, role) in [(300, "ducha", Role::Inspector), (301, "anquan", Role::Security)] {
            let id = PersonId(Uuid::from_u128(n));
            let person = Person { id, account: account.into(), roles: [role].into(), ..person(0) };
            let account = Account { person: Person { unit: WEST, ..person }, password: hash.clone() };
            world.app.store.add_account(CAMPAIGN, &account, by).await.unwrap();
        }
        world
    }

    /// The same, where people above the daily work of a unit need a second factor.
    pub async fn asking_second_factor() -> Self {
        let world = Self::new().await;
        let Self { app, router, now_ms, folder } = world;
        drop((app, router));
        let world = Self::over_asking(folder, now_ms, true).await;
        world.app.open_ledger().await.unwrap();
        world
    }

    /// A server that waits for its set-up.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("dist/assets")).unwrap();
        std::fs::write(folder.path().join("dist/index.html"), "<!doctype html><title>促提升</title>").unwrap();
        std::fs::write(folder.path().join("dist/sw.js"), "// worker").unwrap();
        std::fs::write(folder.path().join("dist/assets/app.0a1b.wasm"), b"\0asm").unwrap();
        std::fs::write(folder.path().join("dist/assets/app.0a1b.wasm.br"), b"br").unwrap();
        Self::over(folder, Arc::new(AtomicU64::new(NOON_MS))).await
    }

    /// The same folder and time under a new process.
    pub async fn restarted(self) -> Self {
        let Self { app, router, now_ms, folder } = self;
        drop((app, router));
        let world = Self::over(folder, now_ms).await;
        world.app.open_ledger().await.unwrap();
        world
    }

    async fn over(folder: TempDir, now_ms: Arc<AtomicU64>) -> Self {
        Self::over_asking(folder, now_ms, false).await
    }

    async fn over_asking(folder: TempDir, now_ms: Arc<AtomicU64>, asks_second_factor: bool) -> Self {
        let store: SharedStore = Arc::new(SqliteStore::open(folder.path()).await.unwrap());
        let blobs = Arc::new(Folder::new(folder.path().join("blobs")));
        let time = now_ms.clone();
        let clock = Clock::of(move || time.load(Ordering::Relaxed));
        let app = App::new(store, blobs, clock, SigningKey::of_bytes([7; 32])).unwrap();
        let app = Arc::new(app.asking_second_factor(asks_second_factor));
        let router = router(app.clone(), &folder.path().join("dist"));
        Self { app, router, now_ms, folder }
    }

    pub fn pass(&self, ms: u64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// What the audit log tells of an account.
    pub async fn deeds_of(&self, account: PersonId) -> Vec<Value> {
        let acts = self.app.store.acts(CAMPAIGN, 0, 10_000).await.unwrap();
        let deeds = acts.into_iter().filter_map(|row| match row.act.deed {
            Deed::Account { account: of, deed } if of == account => Some(serde_json::to_value(deed).unwrap()),
            _ => None,
        });
        deeds.collect()
    }

    pub fn nobody(&self) -> Client {
        Client { router: self.router.clone(), cookie: String::new() }
    }

    pub async fn log_in(&self, account: &str) -> Client {
        let answer = self.try_log_in(account, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        self.client_of(&answer)
    }

    pub fn client_of(&self, answer: &Answer) -> Client {
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        Client { router: self.router.clone(), cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    pub async fn try_log_in(&self, account: &str, password: &str) -> Answer {
        self.nobody().post(path::SESSION, &json!({ "account": account, "password": password })).await
    }
}

impl Client {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(post(path, serde_json::to_vec(body).unwrap())).await
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        if !self.cookie.is_empty() {
            request.headers_mut().insert(header::COOKIE, self.cookie.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn sync(&self, exchange: &Value) -> SyncResponse {
        let answer = self.post(path::SYNC, exchange).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let answer: SyncResponse = serde_json::from_value(answer.body).unwrap();
        // What no client could have written is in no run.
        let sent = exchange["operations"].as_array().unwrap().iter();
        let readable = |text: &Value| serde_json::from_value(text.clone()).unwrap_or_else(|_| edit(0, ""));
        answer.unfolded(&sent.map(readable).collect::<Vec<Operation>>()).unwrap()
    }

    pub async fn push(&self, operations: &[Operation]) -> SyncResponse {
        self.sync(&exchange(Mark::START, &json!(operations), 1_000)).await
    }
}

pub fn post(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header(header::CONTENT_TYPE, "application/json").body(body.into()).unwrap()
}

pub fn exchange(cursor: Mark, operations: &Value, limit: u32) -> Value {
    json!({
        "protocol": PROTOCOL, "schema": SCHEMA, "app": "test", "actor": ActorId(7), "cursor": cursor, "acknowledged": Mark::START,
        "wall_ms": 0, "operations": operations, "limit": limit,
    })
}

/// An edit of a project's name by the filer of 鼓东, the `n`th of their tablet.
pub fn edit(n: u64, name: &str) -> Operation {
    Operation {
        id: OperationId(Uuid::from_u128(1_000 + u128::from(n))),
        campaign: CAMPAIGN,
        unit: EAST,
        period: None,
        record: RecordId(Uuid::from_u128(5_000 + u128::from(n))),
        kind: RecordKind::Project,
        author: PersonId(Uuid::from_u128(200)),
        actor: ActorId(7),
        counter: n,
        stamp: Stamp::of_bits(Stamp::at_ms(NOON_MS).bits() + n),
        seen: 0,
        schema: SCHEMA,
        body: OperationBody::Edit {
            fields: vec![FieldEdit {
                field: "name".into(),
                value: shared::fields::Value::text(name),
                over: Vec::new(),
            }],
        },
    }
}

pub fn id_of(account: &str) -> PersonId {
    person(PEOPLE.iter().position(|(known, ..)| *known == account).unwrap()).id
}

pub fn person(place: usize) -> Person {
    let (account, unit, role) = PEOPLE[place];
    Person {
        id: PersonId(Uuid::from_u128(200 + place as u128)),
        account: account.into(),
        name: format!("{account}的姓名"),
        unit,
        roles: [role].into(),
        duties: [].into(),
    }
}

fn district() -> CampaignRecord {
    let unit = |id, name: &str, position| Unit {
        id,
        name: name.into(),
        group: Group::Street,
        position,
        from: None,
        until: None,
    };
    let campaign = Campaign {
        id: CAMPAIGN,
        district: "鼓楼区".into(),
        name: "专项行动".into(),
        year: 2021,
        region: "350102".into(),
        demo: false,
    };
    CampaignRecord {
        campaign,
        units: vec![unit(EAST, "鼓东街道", 1), unit(WEST, "鼓西街道", 2)],
        targets: Targets::new(),
    }
}
