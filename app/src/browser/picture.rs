//! A picture that the browser decodes and writes anew: smaller, upright, and without whatever its file tells besides.
//!
//! An image element and a canvas, not `createImageBitmap`: every browser that runs the application turns a photo
//! upright on the way, as its EXIF says.

use js_sys::{ArrayBuffer, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlCanvasElement, HtmlImageElement};

use crate::browser::object_url::ObjectUrl;

/// The media type that a picture is written in.
const JPEG: &str = "image/jpeg";

/// A picture.
#[derive(Debug)]
pub(crate) struct Picture {
    image: HtmlImageElement,
    _url: ObjectUrl,
}

impl Picture {
    /// Decodes a file; `None` when the browser knows no picture in it.
    pub(crate) async fn decode(bytes: &[u8]) -> Option<Self> {
        let url = ObjectUrl::of(bytes, "")?;
        let image = HtmlImageElement::new().ok()?;
        image.set_src(url.as_str());
        JsFuture::from(image.decode()).await.ok()?;
        Some(Self { image, _url: url })
    }

    /// Width and height in pixels, as a person sees it.
    pub(crate) fn size(&self) -> (u32, u32) {
        (self.image.natural_width(), self.image.natural_height())
    }

    /// The picture as a JPEG of this size, at a quality in hundredths.
    pub(crate) async fn jpeg(&self, (width, height): (u32, u32), quality: u8) -> Option<Vec<u8>> {
        let canvas: HtmlCanvasElement =
            web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
        canvas.set_width(width);
        canvas.set_height(height);
        let context: JsValue = canvas.get_context("2d").ok()??.into();
        // A JPEG has no holes: what is transparent becomes paper.
        Reflect::set(&context, &"fillStyle".into(), &"#fff".into()).ok()?;
        let corner = [JsValue::from(0), JsValue::from(0), width.into(), height.into()];
        draw(&context, "fillRect", &corner)?;
        let image = std::iter::once(self.image.clone().into());
        draw(&context, "drawImage", &image.chain(corner).collect::<Vec<JsValue>>())?;
        let quality = JsValue::from(f64::from(quality) / 100.0);
        let written = Promise::new(&mut |written, _| {
            if canvas.to_blob_with_type_and_encoder_options(&written, JPEG, &quality).is_err() {
                drop(written.call0(&JsValue::UNDEFINED));
            }
        });
        let blob: Blob = JsFuture::from(written).await.ok()?.dyn_into().ok()?;
        let buffer: JsValue = JsFuture::from(blob.array_buffer()).await.ok()?;
        // A canvas holds its pixels until it is told otherwise, and a tablet has little memory.
        canvas.set_width(0);
        Some(Uint8Array::new(buffer.dyn_ref::<ArrayBuffer>()?).to_vec())
    }
}

fn draw(context: &JsValue, name: &str, arguments: &[JsValue]) -> Option<()> {
    let function: Function = Reflect::get(context, &name.into()).ok()?.dyn_into().ok()?;
    function.apply(context, &arguments.iter().collect()).ok().map(drop)
}
