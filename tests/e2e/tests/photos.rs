//! A photo taken without a network: made smaller and silent on the tablet, sent when the server is back, taken up
//! again where the line was cut, and seen by the judge.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use anyhow::{Result, anyhow, ensure};
use e2e::{
    browser::{Browser, Engine, Screen},
    proxy::{Fault, Proxy},
    server::Server,
};

const PROJECT: &str = "鼓东影像存档中心";

/// Bytes of one chunk, as the tablet sends them.
const CHUNK_BYTES: usize = 256 * 1024;

/// Bytes of a request that asks how much of a file has arrived at most: whatever is longer sends some of it.
const QUESTION_BYTES_MAX: usize = 3_000;

/// A line on which uploads can be cut after thumbnail and first chunk.
#[derive(Default)]
struct Uploads {
    are_cut: AtomicBool,
    /// The lengths of the requests that sent something, in their order.
    sent: Mutex<Vec<usize>>,
}

impl Uploads {
    async fn before(uploads: &Arc<Self>, server: &Server) -> Result<Proxy> {
        let uploads = Arc::clone(uploads);
        let meets = move |path: &str, length: usize| {
            let (Ok(mut sent), true) = (uploads.sent.lock(), path.contains("/blobs/") && length > QUESTION_BYTES_MAX)
            else {
                return Fault::None;
            };
            sent.push(length);
            let is_cut = sent.len() > 2 && uploads.are_cut.load(Ordering::Relaxed);
            if is_cut { Fault::CutRequest(length / 2) } else { Fault::None }
        };
        Proxy::start(&server.origin(), meets).await
    }
}

/// Every picture of a kind is drawn.
const ARE_DRAWN: &str = "const all = [...document.querySelectorAll(arguments[0])];
    return all.length === arguments[1] && all.every(image => image.complete && image.naturalWidth > 0)";

#[tokio::test]
async fn a_photo_taken_without_a_network_reaches_the_judge_whole_and_silent() -> Result<()> {
    tell(Engine::Chromium).await
}

#[tokio::test]
async fn the_same_photo_on_firefox() -> Result<()> {
    tell(Engine::Firefox).await
}

async fn tell(engine: Engine) -> Result<()> {
    let mut server = Server::demo().await?;
    let uploads = Arc::new(Uploads::default());
    let proxy = Uploads::before(&uploads, &server).await?;
    let filer = Browser::open(engine, Screen::Tablet, proxy.origin()).await?;
    filer.log_in("gudong").await?;
    filer.ready_for_offline().await?;
    filer.everything_reported().await?;

    server.kill()?;
    claim(&filer).await?;
    filer.choose_photo("files-site_photos", 3).await?;
    filer.until("the photo is drawn from the tablet", ARE_DRAWN, vec![".file-tile__picture".into(), 1.into()]).await?;
    filer.says("待上传").await?;
    filer.tap("[data-action=submit]").await?;
    filer.find("[data-step=submitted]").await?;

    // The page is closed and opened again; the photo lies on the tablet.
    let address = filer.client.current_url().await?;
    filer.client.goto("about:blank").await?;
    filer.visit(address.path()).await?;
    filer.until("the photo is still there", ARE_DRAWN, vec![".file-tile__picture".into(), 1.into()]).await?;
    filer.picture(&format!("photos-offline-{engine:?}")).await?;

    // The record goes up, and the photo is cut after its first chunk: it is not reported yet.
    uploads.are_cut.store(true, Ordering::Relaxed);
    server.start().await?;
    filer.find("[data-sync=files]").await?;
    filer.says("附件待传 1/1").await?;
    judge_waits(engine, &server).await?;

    uploads.are_cut.store(false, Ordering::Relaxed);
    filer.visit("/sync").await?;
    filer.tap("[data-action=sync-now]").await?;
    filer.everything_reported().await?;
    let sent = uploads.sent.lock().map_err(|_| anyhow!("the proxy failed"))?.clone();
    // Thumbnail and first chunk once; the rest when the line was cut, and again.
    ensure!(sent.iter().filter(|bytes| **bytes > CHUNK_BYTES).count() == 1, "a chunk was sent again: {sent:?}");
    ensure!(sent.len() > 3, "nothing was cut: {sent:?}");

    judge_sees(engine, &server).await?;
    filer.close().await
}

/// A project with a name, and the claim that it began.
async fn claim(filer: &Browser) -> Result<()> {
    filer.tap("[data-place='/projects']").await?;
    filer.tap("[data-action=new-project]").await?;
    filer.fill("#f-name", PROJECT).await?;
    filer.tap("[data-action=new-claim]").await?;
    filer.tap_within("#f-stage", "开工").await?;
    filer.fill("#f-reached_on", "2021-06-20").await?;
    for evidence in ["立项文件", "施工合同", "现场照片（不少于 2 张）", "施工许可证（或替代材料）"]
    {
        filer.tap_within("#f-evidence", evidence).await?;
    }
    Ok(())
}

async fn reviewer(engine: Engine, server: &Server) -> Result<Browser> {
    let reviewer = Browser::open(engine, Screen::Tablet, &server.origin()).await?;
    reviewer.log_in("gudong.sh").await?;
    reviewer.everything_reported().await?;
    reviewer.visit("/review").await?;
    let open =
        "const all = [...document.querySelectorAll('.split__list a')].filter(e => e.innerText.includes(arguments[0]));
        if (!all.length) return false; all[0].click(); return true";
    reviewer.until("the claim waits for review", open, vec![PROJECT.into()]).await?;
    Ok(reviewer)
}

async fn judge_waits(engine: Engine, server: &Server) -> Result<()> {
    let reviewer = reviewer(engine, server).await?;
    reviewer.says("缺附件 1/1").await?;
    reviewer.close().await
}

async fn judge_sees(engine: Engine, server: &Server) -> Result<()> {
    let reviewer = reviewer(engine, server).await?;
    reviewer.until("the judge sees the photo", ARE_DRAWN, vec![".file-tile__picture".into(), 1.into()]).await?;
    reviewer.tap(".file-tile__open").await?;
    reviewer.until("the photo opens", ARE_DRAWN, vec![".file-view__picture".into(), 1.into()]).await?;
    reviewer.says("拍摄于 2021-06-20 15:04:05").await?;
    reviewer.says("北纬 26.08，东经 119.3").await?;
    reviewer.picture(&format!("photos-judge-{engine:?}")).await?;
    let script =
        "const done = arguments[arguments.length - 1], picture = document.querySelector('.file-view__picture');
        const record = new URLSearchParams(location.search).get('record');
        fetch(`/api/v1/records/${record}/files`).then(answer => answer.json())
            .then(files => fetch(`/api/v1/blobs/${files[0].file.blob}`))
            .then(answer => answer.arrayBuffer()).then(buffer => {
            const text = new TextDecoder('latin1').decode(buffer), { naturalWidth: width, naturalHeight: height } = picture;
            if (width > 1600 || width * 3 !== height * 4) done(`it is ${width} × ${height}`);
            else if (buffer.byteLength > 400 * 1024) done(`it has ${buffer.byteLength} bytes`);
            else done(text.includes('Exif') ? 'it tells where it was taken' : '');
        }).catch(error => done(String(error)));";
    let fault = reviewer.run_async(script).await?;
    ensure!(fault == "", "what the judge sees: {fault}");
    reviewer.close().await
}
