/*
 * Starts the application, or says in a sentence why it cannot start.
 *
 * Written in ES5 on purpose: a browser too old for the application must still be able to parse this file.
 * The texts here are the one exception to the catalogue, because they are shown before it can load.
 */
(function () {
  "use strict";

  var TOO_OLD =
    "这个浏览器太旧，打不开“促提升”。请换用 Chromium 90、Firefox 102、Safari 16 或更新的浏览器" +
    "（例如新版奇安信可信浏览器）。已经保存的内容不受影响。";
  var NOT_STARTED = "“促提升”没有打开成功。请检查网络后重新打开；已经保存的内容不受影响。";
  var RELOAD = "重新打开";

  var boot = document.getElementById("boot");

  if (isSupported()) {
    start();
  } else {
    whenParsed(function () { show(TOO_OLD, ""); });
  }

  function isSupported() {
    return typeof Promise === "function" &&
      typeof fetch === "function" &&
      typeof BigInt === "function" &&
      typeof TextDecoder === "function" &&
      typeof indexedDB === "object" && indexedDB !== null &&
      typeof crypto === "object" && typeof crypto.getRandomValues === "function" &&
      (!window.isSecureContext || typeof crypto.subtle === "object") &&
      typeof WebAssembly === "object" &&
      WebAssembly.validate(probe());
  }

  // A module that is valid only with what our module is compiled for: bulk memory,
  // sign extension, saturating float-to-int and an exported mutable global.
  function probe() {
    return new Uint8Array([
      0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version
      0x01, 0x05, 0x01, 0x60, 0x01, 0x7c, 0x00, // type (f64) -> ()
      0x03, 0x02, 0x01, 0x00, // one function
      0x05, 0x03, 0x01, 0x00, 0x01, // one memory
      0x06, 0x06, 0x01, 0x7f, 0x01, 0x41, 0x00, 0x0b, // global mut i32
      0x07, 0x05, 0x01, 0x01, 0x67, 0x03, 0x00, // exported as "g"
      0x0a, 0x13, 0x01, 0x11, 0x00,
      0x41, 0x00, 0x41, 0x00, 0x41, 0x00, 0xfc, 0x0b, 0x00, // memory.fill
      0x20, 0x00, 0xfc, 0x02, 0xc0, 0x1a, 0x0b // i32.extend8_s(i32.trunc_sat_f64_s(x)), drop
    ]);
  }

  // The module is fetched while the glue script loads; both are needed before main runs.
  function start() {
    var module = fetch(boot.getAttribute("data-module"), {
      integrity: boot.getAttribute("data-module-integrity"),
      credentials: "same-origin"
    });
    whenParsed(function () {
      if (typeof wasm_bindgen === "undefined") {
        module.catch(function () {});
        show(NOT_STARTED, "");
        return;
      }
      wasm_bindgen({ module_or_path: module }).then(removeSplash, function (error) {
        show(NOT_STARTED, String(error));
      });
    });
  }

  function whenParsed(action) {
    if (document.readyState === "complete") {
      action();
    } else {
      document.addEventListener("DOMContentLoaded", action);
    }
  }

  function removeSplash() {
    var splash = document.getElementById("splash");
    if (splash) {
      splash.parentNode.removeChild(splash);
    }
  }

  // Plain DOM and inline style properties: neither the module nor the stylesheet may have arrived.
  // A module that stopped by itself has already said so.
  function show(sentence, detail) {
    removeSplash();
    if (document.getElementById("panic-panel")) {
      return;
    }
    var panel = document.createElement("div");
    panel.id = "boot-panel";
    panel.setAttribute("role", "alert");
    panel.style.cssText =
      "position:fixed;left:0;right:0;top:0;bottom:0;z-index:9999;padding:15vh 24px;overflow:auto;" +
      "background:#f4f6f9;color:#16202e;text-align:center;font:17px/1.7 sans-serif";
    panel.appendChild(paragraph(sentence, ""));
    if (sentence !== TOO_OLD) {
      panel.appendChild(reloadButton());
    }
    if (detail) {
      panel.appendChild(paragraph(detail, "color:#66748a;font-size:13px;margin-top:32px"));
    }
    document.body.appendChild(panel);
  }

  function paragraph(text, style) {
    var element = document.createElement("p");
    element.style.cssText = "max-width:36em;margin:0 auto 24px;" + style;
    element.appendChild(document.createTextNode(text));
    return element;
  }

  function reloadButton() {
    var button = document.createElement("button");
    button.type = "button";
    button.style.cssText =
      "min-height:48px;padding:0 32px;border:0;border-radius:6px;background:#174a7c;color:#fff;font:inherit";
    button.appendChild(document.createTextNode(RELOAD));
    button.addEventListener("click", function () { window.location.reload(); });
    return button;
  }
})();
