//! A browser to hold pages against: headless Chromium by the WebDriver protocol, over plain HTTP on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// A browser with one window; it ends with the value.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: PathBuf,
}

/// The programs of a Debian system or of the environment: `CHROMIUM`, `CHROMEDRIVER`.
fn program(variable: &str, names: &[&str]) -> Option<PathBuf> {
    let named = std::env::var(variable).ok();
    let names = named.into_iter().chain(names.iter().map(|name| (*name).to_owned()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = |name: String| {
        let mut places = std::env::split_paths(&path).map(|folder| folder.join(&name));
        places.find(|place| place.is_file())
    };
    names.into_iter().find_map(found)
}

impl Browser {
    /// Starts a browser with a fresh profile in this folder; `None` where there is none to start.
    pub fn start(folder: &Path) -> Option<Browser> {
        let chromium = program("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])?;
        let driver = program("CHROMEDRIVER", &["chromedriver"])?;
        let profile = folder.join("profile");
        let _ = std::fs::remove_dir_all(&profile);
        std::fs::create_dir_all(&profile).expect("a folder for the profile");
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
        let told = lines.find_map(|line| {
            line.expect("text").split_once("successfully on port ").map(|(_, port)| port.to_owned())
        });
        let port = told.expect("a port").trim_end_matches('.').parse().expect("a number");
        // What it says from now on is nobody's concern, but it must be able to say it.
        std::thread::spawn(move || lines.for_each(drop));
        let profile_flag = format!("--user-data-dir={}", profile.display());
        let mut browser = Browser { driver, port, session: String::new(), profile };
        let made = browser.send(
            "POST",
            "/session",
            &json!({"capabilities": {"alwaysMatch": {
                "browserName": "chrome",
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                "goog:chromeOptions": {
                    "binary": chromium,
                    "args": [
                        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync",
                        "--disable-dev-shm-usage", "--hide-scrollbars", profile_flag,
                    ],
                },
            }}}),
        );
        browser.session = made["sessionId"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        // The tab that a new browser shows makes requests of its own, which are not the page's.
        browser.post("/url", &json!({"url": "about:blank"}));
        browser.log("performance");
        browser.log("browser");
        Some(browser)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver listens");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .expect("a request");
        // The driver keeps the connection, whatever it is asked: the answer is as long as it says.
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a timeout");
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).expect("a header");
            let Some((name, value)) = line.trim().split_once(':') else {
                if line.trim().is_empty() { break } else { continue }
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body).expect("a body");
        let answer: Value = serde_json::from_slice(&body).expect("JSON");
        let value = answer["value"].clone();
        assert!(value.get("error").is_none(), "{method} {path}: {value}");
        value
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.send("POST", &format!("/session/{}{path}", self.session), body)
    }

    /// A command of the DevTools protocol.
    pub fn devtools(&self, command: &str, params: Value) -> Value {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": params}))
    }

    pub fn open(&self, file: &Path) {
        self.post("/url", &json!({"url": format!("file://{}", file.display())}));
    }

    /// The value of a script's `return`.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Clicks as a person would: the element is scrolled to, and nothing may lie above it.
    pub fn click(&self, selector: &str) {
        let found = self.post("/element", &json!({"using": "css selector", "value": selector}));
        let id =
            found.as_object().and_then(|o| o.values().next()).and_then(Value::as_str).expect("an element");
        self.run(&format!("document.querySelector({}).scrollIntoView({{block: 'center'}})", json!(selector)));
        self.post(&format!("/element/{id}/click"), &json!({}));
    }

    pub fn type_into(&self, selector: &str, text: &str) {
        let found = self.post("/element", &json!({"using": "css selector", "value": selector}));
        let id =
            found.as_object().and_then(|o| o.values().next()).and_then(Value::as_str).expect("an element");
        self.post(&format!("/element/{id}/value"), &json!({"text": text}));
    }

    /// A window so wide, as a phone or a screen, in light or dark.
    pub fn look(&self, width: u32, height: u32, scheme: &str) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", size);
        let scheme = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", scheme);
    }

    /// What a log has said since it was last asked: `browser` is the console, `performance` the network.
    pub fn log(&self, kind: &str) -> Vec<Value> {
        self.post("/se/log", &json!({"type": kind})).as_array().cloned().unwrap_or_default()
    }

    /// Keeps a picture of a part of the page.
    pub fn picture(&self, file: &Path, top: u32, width: u32, height: u32) {
        let clip = json!({"x": 0, "y": top, "width": width, "height": height, "scale": 1});
        let params = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let shot = self.devtools("Page.captureScreenshot", params);
        std::fs::write(file, decoded(shot["data"].as_str().expect("a picture"))).expect("a picture written");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.send("DELETE", &format!("/session/{}", self.session), &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// What base64 stands for.
pub fn decoded(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => u32::from(c - b'A'),
        b'a'..=b'z' => u32::from(c - b'a') + 26,
        b'0'..=b'9' => u32::from(c - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u32> = text.bytes().filter(|c| *c != b'=').map(digit).collect();
    let bytes = digits.chunks(4).flat_map(|four| {
        let group = four.iter().fold(0, |group, digit| group << 6 | digit) << (6 * (4 - four.len()));
        [(group >> 16) as u8, (group >> 8) as u8, group as u8].into_iter().take(four.len() - 1)
    });
    bytes.collect()
}
