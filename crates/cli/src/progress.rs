//! What moves on a terminal: the bar that shows how much of the downloads has arrived, and the line that tells what is
//! being built.

mod text;

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Up to this many bytes a bar would only flicker (pip: 512 kiB).
const TOO_LITTLE: u64 = 512 * 1024;

/// How often a line tells how far a download is.
const BETWEEN_LINES: Duration = Duration::from_millis(250);

/// How often the bar moves.
const BETWEEN_BARS: Duration = Duration::from_millis(50);

/// How often the spinner turns.
const SPIN: Duration = Duration::from_millis(125);

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Not at all.
    Hidden,
    /// By a bar that moves on the terminal.
    Bar,
    /// By lines for other programs (`--progress-bar raw`).
    Lines,
}

/// One bar for all downloads of a command.
pub struct Progress {
    style: Style,
    lines: Mutex<Option<Lines>>,
    screen: Arc<Mutex<Screen>>,
}

/// The lines so far.
struct Lines {
    told: u64,
    at: Instant,
}

impl Progress {
    /// A bar that appears with the first download worth it, or never.
    pub fn new(style: Style) -> Self {
        // Escape sequences in a file would be noise.
        let style = if style == Style::Bar && !io::stderr().is_terminal() { Style::Hidden } else { style };
        Self { style, lines: Mutex::default(), screen: Arc::default() }
    }

    /// The line that tells that `received` of `total` bytes are there, when it is time for one: at the beginning, at
    /// the end, and now and then.
    pub fn line(&self, received: u64, total: u64) -> Option<String> {
        if self.style != Style::Lines || total <= TOO_LITTLE {
            return None;
        }
        let mut lines = self.lines.lock().ok()?;
        let received = received.min(total);
        let is_due = match &*lines {
            None => true,
            Some(Lines { told, at }) => {
                *told != received && (received == total || at.elapsed() >= BETWEEN_LINES)
            }
        };
        is_due.then(|| {
            *lines = Some(Lines { told: received, at: Instant::now() });
            format!("Progress {received} of {total}")
        })
    }

    /// `received` of `total` bytes are there.
    pub fn show(&self, received: u64, total: u64) {
        if self.style != Style::Bar || total <= TOO_LITTLE {
            return;
        }
        let mut screen = lock(&self.screen);
        let since = screen.bar.as_ref().map_or_else(Instant::now, |bar| bar.since);
        screen.bar = Some(Bar { received, total: total.max(received), since });
        if screen.drawn.is_none_or(|drawn| drawn.elapsed() >= BETWEEN_BARS) {
            screen.draw();
        }
    }

    /// Something that takes time begins; the time it takes is shown beside it.
    pub fn work(&self, what: &str) {
        if self.style != Style::Bar {
            return;
        }
        let mut screen = lock(&self.screen);
        let is_spinning =
            screen.work.replace(Work { what: what.to_owned(), since: Instant::now() }).is_some();
        screen.draw();
        if !is_spinning && !screen.has_spinner {
            let shared = Arc::clone(&self.screen);
            // Without a thread the line stands still, which does no harm.
            screen.has_spinner = thread::Builder::new().spawn(move || spin(&shared)).is_ok();
        }
    }

    /// Nothing takes time any more.
    pub fn idle(&self) {
        let mut screen = lock(&self.screen);
        if screen.work.take().is_some() {
            screen.draw();
        }
    }

    /// Lets other lines be printed above what moves.
    pub fn suspend(&self, print: impl FnOnce()) {
        let mut screen = lock(&self.screen);
        let was_drawn = screen.clear();
        print();
        if was_drawn {
            screen.draw();
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        let mut screen = lock(&self.screen);
        (screen.bar, screen.work) = (None, None);
        screen.clear();
    }
}

/// Turns the spinner until nothing takes time any more.
fn spin(screen: &Mutex<Screen>) {
    loop {
        thread::sleep(SPIN);
        let mut screen = lock(screen);
        if screen.work.is_none() {
            screen.has_spinner = false;
            return;
        }
        screen.draw();
    }
}

/// What is drawn is whole after every call, so a thread that ended in the middle has left nothing broken.
fn lock(screen: &Mutex<Screen>) -> std::sync::MutexGuard<'_, Screen> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The last line of the terminal.
#[derive(Default)]
struct Screen {
    bar: Option<Bar>,
    work: Option<Work>,
    /// When something was drawn that is still there.
    drawn: Option<Instant>,
    has_spinner: bool,
}

struct Bar {
    received: u64,
    total: u64,
    since: Instant,
}

struct Work {
    what: String,
    since: Instant,
}

impl Screen {
    /// Draws what is going on; what is being built hides the bar.
    fn draw(&mut self) {
        let line = match (&self.work, &self.bar) {
            (Some(work), _) => text::working(&work.what, work.since.elapsed()),
            (None, Some(bar)) => text::bar(bar.received, bar.total, bar.since.elapsed()),
            (None, None) => {
                self.clear();
                return;
            }
        };
        // A terminal that does not tell its width is not one to count on.
        let width = rustix::termios::tcgetwinsize(io::stderr()).map_or(0, |size| usize::from(size.ws_col));
        let line: String = line.chars().take(width.saturating_sub(1)).collect();
        put(&format!("\r{line}\u{1b}[K"));
        self.drawn = Some(Instant::now());
    }

    /// Takes away what is drawn; tells whether there was anything.
    fn clear(&mut self) -> bool {
        let was_drawn = self.drawn.take().is_some();
        if was_drawn {
            put("\r\u{1b}[K");
        }
        was_drawn
    }
}

/// In one piece, so that nothing else comes in between. A terminal that is gone shows nothing, which is no failure.
fn put(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
